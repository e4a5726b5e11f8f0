/** A login that waits at a real loopback listener, what a test sends to it, and what the person sees of it. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Departure, UserAgentOutcome } from '@proofkey/client';
import { afterEach, expect } from 'vitest';
import { type LoopbackOptions, loopbackUserAgent } from '../src/loopback.ts';
import { redirectAddressOf } from '../src/loopback-address.ts';
import { type PromptSettings, promptOf } from '../src/prompt.ts';

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

/** Where a login prints to; `text()` is all that came so far. */
export type Paper = PassThrough & { isTTY?: boolean; columns?: number; text(): string };

export function paper(more: { readonly isTTY?: boolean; readonly columns?: number } = {}): Paper {
  let text = '';
  const stream = new PassThrough();
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return Object.assign(stream, more, { text: () => text });
}

export type Options = Partial<LoopbackOptions> & PromptSettings & { readonly url?: string };

/** A login that waits; only a callback with `state=ours` is one. */
export async function started(options: Options = {}, cancel?: AbortSignal): Promise<Started> {
  const { url = 'https://as.example/authorize', openBrowser = () => {}, terminal, ...rest } = options;
  const prompt = promptOf({ openBrowser, terminal: terminal ?? { output: paper() } });
  const agent = loopbackUserAgent({ ...redirectAddressOf(undefined), timeLimit: 60, prompt, ...rest });
  const departure = agent.begin();
  departures.push(departure);
  const redirectUri = await departure.redirectUri;
  const accepts = (callback: string): boolean =>
    callback.startsWith(`${redirectUri}?`) && /\bstate=ours$/.test(callback);
  const outcome = departure.open({ url, accepts, ...(cancel && { cancel }) });
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
