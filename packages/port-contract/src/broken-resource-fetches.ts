/** Resource fetches with one fault each, around the sound one in memory. */
import type { ResourceFetch, ResourceRequest, Transport } from '@proofkey/client';
import type { HttpRequest } from '@proofkey/core';
import { type BrokenPort, brokenPort } from './broken-port.ts';
import { scriptedFetch } from './memory-fetch.ts';

const TELLS = 'tells the absolute URL and the method of a call';
const NOT_BEFORE = 'sends nothing before it is told to, and one request then';
const SENDS = 'sends the Authorization that it is given';
const REPLACES = 'sends it in the place of one that the call has already';
const KEEPS = 'keeps the method, the body and the other headers of a call';
const SAME_ORIGIN = 'keeps the Authorization on a redirect to the same origin';
const OTHER_ORIGIN = 'takes no Authorization along to another origin';
const PASSES_ON = 'passes on what the platform throws';

type Headers = Readonly<Record<string, string>>;

/** @param spoil what is prepared from what the sound one prepares */
const broken = (
  name: string,
  fails: readonly string[],
  spoil: (prepared: ResourceRequest, init: { readonly headers?: Headers } | undefined) => ResourceRequest,
): BrokenPort =>
  brokenPort('resourceFetch', `a resource fetch ${name}`, fails, ({ resourceFetch }) => {
    const prepare: ResourceFetch['prepare'] = (input, init) => spoil(resourceFetch.prepare(input, init), init as never);
    return { ports: { resourceFetch: { prepare } } };
  });

/** The same where the fault is in the way of every single request, also those after a redirect. */
const brokenOnTheWay = (
  name: string,
  fails: readonly string[],
  spoil: (send: Transport['send']) => Transport['send'],
) =>
  brokenPort('resourceFetch', `a resource fetch ${name}`, fails, ({ transport }) => ({
    ports: { resourceFetch: scriptedFetch({ send: spoil(transport.send) }) },
  }));

const requesting = (spoil: (request: HttpRequest) => HttpRequest) => (send: Transport['send']) =>
  ((request) => send(spoil(request))) satisfies Transport['send'];

const without = (headers: Headers, ...names: readonly string[]): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

export const brokenResourceFetches: readonly BrokenPort[] = [
  broken('that tells a URL without its origin', [TELLS], (prepared) => ({
    ...prepared,
    url: prepared.url.replace(/^https:\/\/[^/]+/, ''),
  })),
  broken('that takes every call for a GET when it is asked', [TELLS], (prepared) => ({ ...prepared, method: 'GET' })),
  broken('that sends when it is to prepare', [NOT_BEFORE], (prepared) => {
    prepared.send('').catch(() => {});
    return prepared;
  }),
  broken('that sends everything twice', [NOT_BEFORE], ({ send, ...prepared }) => ({
    ...prepared,
    send: (authorization) => send(authorization).then(() => send(authorization)),
  })),
  broken('that sends no Authorization', [SENDS, REPLACES, SAME_ORIGIN], ({ send, ...prepared }) => ({
    ...prepared,
    send: () => send(''),
  })),
  broken('that lets the Authorization of the call win', [REPLACES], ({ send, ...prepared }, init) => ({
    ...prepared,
    send: (authorization) => send(Object.entries(init?.headers ?? {}).find(isAuthorization)?.[1] ?? authorization),
  })),
  brokenOnTheWay(
    'that loses the body',
    [KEEPS],
    requesting(({ body: _, ...request }) => request),
  ),
  brokenOnTheWay(
    'that sends every call as a GET',
    [KEEPS],
    requesting((request) => ({ ...request, method: 'GET' })),
  ),
  brokenOnTheWay(
    'that sends no other header',
    [KEEPS],
    requesting((request) => ({ ...request, headers: without(request.headers, 'content-type', 'x-of-the-caller') })),
  ),
  brokenOnTheWay('that follows no redirect', [SAME_ORIGIN], (send) => async (request) => {
    const response = await send(request);
    return { ...response, headers: without(response.headers, 'location') };
  }),
  brokenOnTheWay('that leaves the Authorization behind at every redirect', [SAME_ORIGIN], (send) => {
    let isRedirected = false;
    return async (request) => {
      const headers = isRedirected ? without(request.headers, 'authorization') : request.headers;
      const response = await send({ ...request, headers });
      isRedirected = 'location' in response.headers;
      return response;
    };
  }),
  brokenOnTheWay('that takes the Authorization along wherever it goes', [OTHER_ORIGIN], (send) => {
    let last = '';
    return (request) => {
      const { authorization = last } = request.headers as { readonly authorization?: string };
      last = authorization;
      return send({ ...request, headers: { ...request.headers, authorization } });
    };
  }),
  broken('that gives an answer of its own where there is none', [PASSES_ON], ({ send, ...prepared }) => ({
    ...prepared,
    send: (authorization) => send(authorization).catch(() => ({ status: 599 })),
  })),
  broken('that quotes the token in its error', [PASSES_ON], ({ send, ...prepared }) => ({
    ...prepared,
    send: (authorization) =>
      send(authorization).catch((error: Error) => {
        throw Object.assign(error, { message: `${error.message}: ${authorization}` });
      }),
  })),
];

const isAuthorization = ([name]: readonly [string, string]): boolean => name.toLowerCase() === 'authorization';
