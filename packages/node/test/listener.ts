/** A login that waits at a real loopback listener, and what a test sends to it. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Departure, UserAgentOutcome } from '@proofkey/client';
import { afterEach, expect } from 'vitest';
import { type LoopbackOptions, loopbackUserAgent } from '../src/loopback.ts';
import { redirectAddressOf } from '../src/loopback-address.ts';

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
export type Visit = {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

export function visit({ url, method = 'GET', headers = {}, body }: Visit): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    })
      .on('error', reject)
      .end(body);
  });
}

const departures: Departure[] = [];
afterEach(async () => {
  await Promise.all(departures.splice(0).map((departure) => departure.close(false)));
});

export type Started = {
  readonly departure: Departure;
  readonly redirectUri: string;
  readonly outcome: Promise<UserAgentOutcome>;
};

/** A login that waits; only a callback with `state=ours` is one. */
export async function started(options: Partial<LoopbackOptions> = {}, cancel?: AbortSignal): Promise<Started> {
  const agent = loopbackUserAgent({ ...redirectAddressOf(undefined), timeLimit: 60, openBrowser() {}, ...options });
  const departure = agent.begin();
  departures.push(departure);
  const redirectUri = await departure.redirectUri;
  const accepts = (url: string): boolean => url.startsWith(`${redirectUri}?`) && url.includes('state=ours');
  const outcome = departure.open({ url: 'https://as.example/authorize', accepts, ...(cancel && { cancel }) });
  outcome.catch(() => {});
  return { departure, redirectUri, outcome };
}

export const CALLBACK = '?code=c0de&state=ours';

/** The whole good ending: the callback, and the page that it leads to. */
export async function finish({ departure, redirectUri, outcome }: Started, succeeded = true) {
  const callback = await visit({ url: redirectUri + CALLBACK });
  const returned = await outcome;
  const page = visit({ url: new URL(callback.headers.location ?? '', redirectUri).href });
  await departure.close(succeeded);
  return { callback, returned, page: await page };
}

export const refused = (url: string): Promise<unknown> =>
  expect(visit({ url })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
