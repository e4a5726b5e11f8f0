/** What the mock needs of the platform that it runs on: signatures, random octets, a way to deliver a callback. */

type AnyFunction = (...parameters: never[]) => PromiseLike<unknown>;

/** `crypto.subtle` of any platform, whatever its types are called there. */
export interface AnySubtle {
  readonly generateKey: AnyFunction;
  readonly importKey: AnyFunction;
  readonly exportKey: AnyFunction;
  readonly sign: AnyFunction;
}

/** The part of WebCrypto that signs. */
export interface Subtle {
  generateKey(algorithm: object, extractable: boolean, usages: readonly string[]): Promise<unknown>;
  importKey(
    format: 'jwk',
    key: object,
    algorithm: object,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<unknown>;
  exportKey(format: 'jwk' | 'spki', key: unknown): Promise<unknown>;
  sign(algorithm: object, key: unknown, text: Uint8Array): Promise<ArrayBuffer>;
}

/** What a browser does with a callback for a listener on loopback. */
export interface Delivery {
  readonly method: 'GET' | 'POST';
  /** Without a fragment, as browsers send it. */
  readonly url: string;
  /** Of a form; empty for GET. */
  readonly body: string;
}

export interface Platform {
  /** Where there is none, `keys` can not be generated and nothing can be signed. */
  readonly subtle?: Subtle | undefined;
  randomOctets(length: number): Uint8Array;
  /** Resolves when it was answered, or when nobody listens. It never rejects, and ends within a minute. */
  deliver(delivery: Delivery): Promise<void>;
}

type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Where the globals of the web are all there is: browsers, React Native, and Node.js as far as it goes. */
export const webPlatform: Platform & {
  deliver(delivery: Delivery, send?: Send): Promise<void>;
} = {
  get subtle(): Subtle | undefined {
    return (globalThis.crypto as Crypto | undefined)?.subtle as Subtle | undefined;
  },
  randomOctets(length) {
    const source = globalThis.crypto as Crypto | undefined;
    if (source?.getRandomValues === undefined)
      throw new Error(
        'There is no crypto.getRandomValues here, which codes and tokens are made of. On React Native, import the ' +
          "package 'react-native-get-random-values' first; under Jest, import from '@proofkey/msw/node'.",
      );
    return source.getRandomValues(new Uint8Array(length));
  },
  async deliver(delivery: Delivery, send: Send = fetch) {
    let isLate = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, DELIVERY_LIMIT);
    });
    const visit = async (): Promise<void> => {
      let next: Delivery | undefined = delivery;
      for (let count = 0; next !== undefined && !isLate && count <= REDIRECTS; count += 1) {
        const { method, url, body }: Delivery = next;
        const isPost = method === 'POST';
        const headers = { ...(isPost && { 'content-type': 'application/x-www-form-urlencoded' }) };
        const response = await send(url, { method, headers, redirect: 'manual', ...(isPost && { body }) });
        await response.text();
        next = followed(url, response.headers.get('location') ?? undefined);
      }
    };
    await Promise.race([visit().catch(() => undefined), limit]);
    isLate = true;
    clearTimeout(timer);
  },
};

/** A listener may show its page at another address, so that the code is not left in the history. */
export const REDIRECTS = 5;

/** Where a redirect leads, on the same origin only: nothing leaves for anybody else. */
export function followed(from: string, location: string | undefined): Delivery | undefined {
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  return to.origin === new URL(from).origin ? { method: 'GET', url: to.href, body: '' } : undefined;
}

/** Milliseconds until a listener that does not answer is left alone. */
export const DELIVERY_LIMIT = 30_000;
