/** Login -> system browser and back, by a listener on loopback that lives as long as it. RFC 8252, section 7.3. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Departure, type OpenRequest, PortError, type UserAgent, type UserAgentOutcome } from '@proofkey/client';
import { type Address, bind, type RedirectAddress, registeredAt } from './loopback-address.ts';
import {
  answerLoopbackRequest,
  CLEAN_PATH,
  endPage,
  type LoopbackAnswer,
  type LoopbackRequest,
} from './loopback-request.ts';
import type { Prompt, Shown } from './prompt.ts';

export type LoopbackOptions = RedirectAddress & {
  /** Seconds that the person has. */
  readonly timeLimit: number;
  /** Shows the URL to the person, and takes a callback URL that the person brings. */
  readonly prompt: Prompt;
};

/** Seconds that the browser has to fetch the last page, so that nobody is left in front of a dead address. */
const GRACE = 2;
/** More than {@link LoopbackRequest.target} may be, because a browser also sends the cookies of every local program. */
const HEADER_LIMIT = 32_768;
/** Milliseconds after which a request that is still incomplete is closed. */
const REQUEST_TIMEOUT = 10_000;

/**
 * The system browser as user agent. Each login binds a listener of its own, before its URL is made, and closes it when
 * it ends; several logins at once have several ports.
 *
 * @returns a user agent that rejects with `loopback_port_unavailable`, `redirect_timeout` or `user_agent_failed`
 * @see RFC 8252, sections 7.3 and 8.3
 */
export const loopbackUserAgent = (options: LoopbackOptions): UserAgent => ({
  redirectUri: registeredAt(options),
  begin: () => new LoopbackDeparture(options),
  leave: (url) => options.prompt.leave(url),
});

class LoopbackDeparture implements Departure {
  readonly redirectUri: Promise<string>;
  readonly #options: LoopbackOptions;
  readonly #server: Server;
  readonly #address: Promise<Address>;
  /** Set while a callback is waited for. */
  #accepts: (callbackUrl: string) => boolean = () => false;
  #arrived: ((callbackUrl: string) => void) | undefined;
  #callbackSeen = false;
  #shown: Shown | undefined;
  /** Requests for the last page, answered when it is known how the login ended. */
  readonly #ended: Promise<boolean>;
  #end: (succeeded: boolean) => void = () => {};
  #pageServed: () => void = () => {};
  #closed: Promise<void> | undefined;

  constructor(options: LoopbackOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        maxHeaderSize: HEADER_LIMIT,
        headersTimeout: REQUEST_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        connectionsCheckingInterval: REQUEST_TIMEOUT / 10,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#address = bind(this.#server, options);
    this.redirectUri = this.#address.then(({ host, port, path }) => `http://${host}:${port}${path}`);
    // Whoever awaits it sees the failure; a login that never gets so far must not end the program.
    this.redirectUri.catch(() => {});
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async open({ url, accepts, answersAnother, cancel }: OpenRequest): Promise<UserAgentOutcome> {
    const redirectUri = await this.redirectUri;
    const { timeLimit, prompt } = this.#options;
    if (cancel?.aborted) return { type: 'cancelled' };
    return new Promise<UserAgentOutcome>((resolve, reject) => {
      let limit: NodeJS.Timeout | undefined;
      let settled = false;
      const settle = (outcome: () => void): void => {
        settled = true;
        clearTimeout(limit);
        cancel?.removeEventListener('abort', cancelled);
        this.#shown?.end();
        outcome();
      };
      /** A callback that comes after this is not taken any more, so that nobody is told that it was. */
      const giveUp = (outcome: () => void): void => {
        if (!this.#callbackSeen) this.#accepts = () => false;
        settle(outcome);
      };
      const cancelled = (): void => giveUp(() => resolve({ type: 'cancelled' }));
      const failed = (error: unknown): void => {
        const system = (error as { readonly code?: unknown } | null | undefined)?.code;
        giveUp(() => reject(new PortError('user_agent_failed', { system })));
      };
      const pasted = (callbackUrl: string | undefined): boolean => {
        if (callbackUrl !== undefined) giveUp(() => resolve({ type: 'returned', url: callbackUrl }));
        return callbackUrl !== undefined;
      };
      const take = (line: string): boolean => pasted(readingsOf(line).find(accepts));
      const takeAnother = async (line: string): Promise<boolean> => {
        for (const reading of readingsOf(line)) if (await answersAnother?.(reading)) return pasted(reading);
        return false;
      };
      this.#accepts = accepts;
      this.#arrived = (callbackUrl) => settle(() => resolve({ type: 'returned', url: callbackUrl }));
      cancel?.addEventListener('abort', cancelled, { once: true });
      limit = setTimeout(() => giveUp(() => reject(new PortError('redirect_timeout'))), timeLimit * 1000);
      try {
        this.#shown = prompt.show({ url, redirectUri, timeLimit, take, takeAnother, cancelled, failed });
        // An application may give up while it is asked to open its browser.
        if (settled) this.#shown.end();
      } catch (error) {
        failed(error);
      }
    });
  }

  close(succeeded: boolean): Promise<void> {
    this.#closed ??= this.#close(succeeded);
    return this.#closed;
  }

  async #close(succeeded: boolean): Promise<void> {
    await this.#address.catch(() => {});
    if (this.#callbackSeen) await this.#lastPage(succeeded);
    await new Promise<void>((closed) => {
      this.#server.close(() => closed());
      this.#server.closeAllConnections();
    });
    this.#shown?.closed();
  }

  async #lastPage(succeeded: boolean): Promise<void> {
    let grace: NodeJS.Timeout | undefined;
    const served = new Promise<void>((resolve) => {
      this.#pageServed = resolve;
      grace = setTimeout(resolve, GRACE * 1000);
    });
    this.#end(succeeded);
    await served;
    clearTimeout(grace);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = await this.#address;
    const received = requestOf(request);
    if (this.#callbackSeen && asksForLastPage(address, received)) {
      response.on('close', () => this.#pageServed());
      return send(response, endPage(await this.#ended));
    }
    const answer = answerLoopbackRequest({ ...address, accepts: this.#accepts }, received);
    if (answer.callbackUrl !== undefined) this.#callbackSeen = true;
    send(response, answer);
    if (answer.callbackUrl !== undefined) this.#arrived?.(answer.callbackUrl);
  }
}

/** Browsers show an address without its scheme. */
const readingsOf = (line: string): readonly string[] => [line, `http://${line}`];

const asksForLastPage = ({ host, port }: Address, { method, target, headers }: LoopbackRequest): boolean =>
  method === 'GET' && target === CLEAN_PATH && headers['host'] === `${host}:${port}`;

/** Header values that came exactly once. */
function requestOf({ method = '', url = '', headersDistinct }: IncomingMessage): LoopbackRequest {
  const once = Object.entries(headersDistinct).filter(([, values]) => values?.length === 1);
  return { method, target: url, headers: Object.fromEntries(once.map(([name, values]) => [name, values?.[0]])) };
}

function send(response: ServerResponse, { status, headers, body }: LoopbackAnswer): void {
  response.writeHead(status, { ...headers, connection: 'close' }).end(body);
}
