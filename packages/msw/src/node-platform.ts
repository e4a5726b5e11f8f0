/** Node.js -> signatures, random octets, deliveries; also where the tests have no WebCrypto, as under jsdom. */
import { randomBytes, webcrypto } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { clearTimeout, setTimeout } from 'node:timers';
import { DELIVERY_LIMIT, type Delivery, followed, type Platform, REDIRECTS, type Subtle } from './platform.ts';

/**
 * What Node.js brings.
 *
 * @param accept what a delivery carries so that msw lets it through
 * @param limit milliseconds for a delivery with all that it is sent on to
 */
export const nodePlatform = (accept = 'text/html', limit: number = DELIVERY_LIMIT): Platform => ({
  subtle: webcrypto.subtle as unknown as Subtle,
  randomOctets: (length) => new Uint8Array(randomBytes(length)),
  async deliver(delivery) {
    let next: Delivery | undefined = delivery;
    let isLate = false;
    let current: ClientRequest | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      current?.destroy();
    }, limit);
    for (let count = 0; next !== undefined && !isLate && count <= REDIRECTS; count += 1) {
      const location = await sent(next, accept, (sending) => {
        current = sending;
      });
      next = followed(next.url, location);
    }
    clearTimeout(timer);
  },
});

type Started = (sending: ClientRequest) => void;

/** @returns where the answer leads; undefined when it leads nowhere, or when there is none */
const sent = ({ method, url, body }: Delivery, accept: string, started: Started): Promise<string | undefined> =>
  new Promise((resolve) => {
    const headers = {
      accept,
      ...(method === 'POST' && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': `${Buffer.byteLength(body)}`,
      }),
    };
    // Its own connection each time: one that stays open would keep a listener from closing.
    const delivering = request(url, { method, headers, agent: false }, (response) => {
      response.resume();
      response.on('error', () => undefined);
      response.on('close', () => resolve(response.headers.location));
    });
    started(delivering);
    delivering.on('error', () => resolve(undefined));
    delivering.on('close', () => resolve(undefined));
    delivering.end(body);
  });

/**
 * Lets `import { request } from 'node:http'` see what msw 2 has put in the place of `http.request`, or has taken back.
 *
 * Without it such requests leave the process, and nobody hears of them.
 */
export const followPatches = (): void => syncBuiltinESMExports();
