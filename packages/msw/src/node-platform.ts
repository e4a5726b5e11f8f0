/** Node.js -> signatures, random octets, deliveries; also where the tests have no WebCrypto, as under jsdom. */
import { randomBytes, webcrypto } from 'node:crypto';
import { request } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { DELIVERY_LIMIT, type Delivery, type Platform, type Subtle } from './platform.ts';

/** A listener may show its page at another address, so that the code is not left in the history. */
const REDIRECTS = 5;

/**
 * What Node.js brings.
 *
 * @param accept what a delivery carries so that msw lets it through
 */
export const nodePlatform = (accept = 'text/html'): Platform => ({
  subtle: webcrypto.subtle as unknown as Subtle,
  randomOctets: (length) => new Uint8Array(randomBytes(length)),
  async deliver(delivery) {
    let next: Delivery | undefined = delivery;
    for (let count = 0; next !== undefined && count <= REDIRECTS; count += 1) {
      const location = await sent(next, accept);
      next = location === undefined ? undefined : followed(next.url, location);
    }
  },
});

/** @returns where the answer leads; undefined when it leads nowhere, or when there is none */
const sent = ({ method, url, body }: Delivery, accept: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const headers = {
      accept,
      ...(method === 'POST' && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': `${Buffer.byteLength(body)}`,
      }),
    };
    // Its own connection each time: one that stays open would keep a listener from closing.
    const delivering = request(url, { method, headers, agent: false, timeout: DELIVERY_LIMIT }, (response) => {
      response.resume();
      response.on('close', () => resolve(response.headers.location));
    });
    delivering.on('timeout', () => delivering.destroy());
    delivering.on('error', () => resolve(undefined));
    delivering.on('close', () => resolve(undefined));
    delivering.end(body);
  });

/** Only on the same origin: nothing leaves this machine. */
function followed(from: string, location: string): Delivery | undefined {
  if (!URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  return to.origin === new URL(from).origin ? { method: 'GET', url: to.href, body: '' } : undefined;
}

/**
 * Lets `import { request } from 'node:http'` see what msw 2 has put in the place of `http.request`, or has taken back.
 *
 * Without it such requests leave the process, and nobody hears of them.
 */
export const followPatches = (): void => syncBuiltinESMExports();
