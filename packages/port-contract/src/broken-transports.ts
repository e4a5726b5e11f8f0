/** Transports with one fault each, around the sound one in memory. */
import { isPortError, PortError, type Transport } from '@proofkey/client';
import { BODY_LIMIT, type HttpRequest, type HttpResponse } from '@proofkey/core';
import { type BrokenPort, brokenPort } from './broken-port.ts';

const target = (method: string): string =>
  `sends a ${method} request with exactly the target, headers and body that it was given`;
const CUTS = 'cuts off a body that does not end, after the limit';
const ERROR_STATUS = 'gives an answer with an error status as an answer';
const ONCE = 'sends a body once, whatever the answer';
const CUT_OFF = 'takes a body that was cut off for an error';
const NOBODY = 'fails where nobody listens';
const NOTHING_SENT = 'knows that nothing was sent where nobody listens';
const HONEST = 'does not say that nothing was sent when it was';
const CANCELLED = 'ends when it is cancelled';
const CANCELLED_BEFORE = 'fails at once when it was cancelled before';
const DISCREET = 'says nothing of the request in its error';

const broken = (name: string, fails: readonly string[], spoil: (send: Transport['send']) => Transport['send']) =>
  brokenPort('transport', `a transport ${name}`, fails, ({ transport }) => ({
    ports: { transport: { send: spoil(transport.send) } },
  }));

const requesting = (spoil: (request: HttpRequest) => HttpRequest) => (send: Transport['send']) =>
  ((request, cancel) => send(spoil(request), cancel)) satisfies Transport['send'];

const responding = (spoil: (response: HttpResponse, request: HttpRequest) => HttpResponse) =>
  ((send) => async (request, cancel) => spoil(await send(request, cancel), request)) satisfies Parameters<
    typeof broken
  >[2];

const failing = (spoil: (error: PortError, request: HttpRequest) => Error) =>
  ((send) => (request, cancel) =>
    send(request, cancel).catch((error: unknown) => {
      throw isPortError(error) ? spoil(error, request) : error;
    })) satisfies Parameters<typeof broken>[2];

export const brokenTransports: readonly BrokenPort[] = [
  broken(
    'that encodes the target anew',
    [target('GET'), target('POST')],
    requesting((request) => ({ ...request, url: request.url.replaceAll('+', '%20') })),
  ),
  broken(
    'that decodes the body',
    [target('POST')],
    requesting((request) => (request.body ? { ...request, body: decodeURIComponent(request.body) } : request)),
  ),
  broken(
    'that leaves header names as they came',
    ['gives header names in lower case, and their values'],
    responding(({ headers, ...rest }) => {
      const capital = (name: string): string => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
      const named = Object.entries(headers).map(([name, value]) => [capital(name), value]);
      return { ...rest, headers: Object.fromEntries(named) };
    }),
  ),
  broken(
    'that takes each octet for a character',
    ['gives the body as text'],
    responding((response) => ({ ...response, body: response.body.replace(/[^\0-\x7f]/g, '??') })),
  ),
  broken('that throws for an error status', [ERROR_STATUS], (send) => async (request, cancel) => {
    const response = await send(request, cancel);
    if (response.status >= 400) throw new PortError('network_error', { sent: 'maybe' });
    return response;
  }),
  broken('that sends again what was misdirected', [ONCE], (send) => async (request, cancel) => {
    const response = await send(request, cancel);
    return response.status === 421 ? send(request, cancel) : response;
  }),
  broken('that follows redirects', ['follows no redirect'], (send) => async (request, cancel) => {
    const response = await send(request, cancel);
    const { location } = response.headers as { readonly location?: string };
    if (location === undefined) return response;
    const [origin = ''] = /^https:\/\/[^/]+/.exec(request.url) ?? [];
    return send({ ...request, url: origin + location }, cancel);
  }),
  broken('that keeps cookies', ['keeps no cookies'], (send) => {
    let cookies: { readonly cookie?: string } = {};
    return async (request, cancel) => {
      const response = await send({ ...request, headers: { ...request.headers, ...cookies } }, cancel);
      const [cookie] = (response.headers as { readonly 'set-cookie'?: string })['set-cookie']?.split(';') ?? [];
      if (cookie !== undefined) cookies = { cookie };
      return response;
    };
  }),
  broken(
    'that cuts exactly at the limit',
    [CUTS],
    responding((response) => ({ ...response, body: response.body.slice(0, BODY_LIMIT) })),
  ),
  broken(
    'that cuts at 64 KiB',
    [CUTS, 'gives a body of exactly the limit whole'],
    responding((response) => ({ ...response, body: response.body.slice(0, 65_536) })),
  ),
  broken('that takes half a body for a whole one', [CUT_OFF], (send) => async (request, cancel) => {
    if (!request.url.endsWith('/cut')) return send(request, cancel);
    return { status: 200, headers: {}, body: '{"access_token":"at' };
  }),
  broken(
    'that throws errors of its own',
    [CUT_OFF, NOBODY, NOTHING_SENT, HONEST, CANCELLED, CANCELLED_BEFORE, DISCREET],
    failing(() => new TypeError('fetch failed')),
  ),
  broken(
    'that always says that nothing was sent',
    [HONEST],
    failing(() => new PortError('network_error', { sent: 'no' })),
  ),
  broken(
    'that never knows whether something was sent',
    [NOTHING_SENT],
    failing(() => new PortError('network_error', { sent: 'maybe' })),
  ),
  broken(
    'that quotes the request in its error',
    [DISCREET],
    failing((error, { url }) => Object.assign(error, { message: `${error.message}: ${url}` })),
  ),
  broken('that cannot be cancelled', [CANCELLED, CANCELLED_BEFORE], (send) => (request) => send(request)),
  broken('that sends what was cancelled before', [CANCELLED_BEFORE], (send) => (request, cancel) => {
    return cancel?.aborted ? send(request) : send(request, cancel);
  }),
];
