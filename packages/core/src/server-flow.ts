/**
 * Discovery, from an issuer to what is known of its server, as a state machine.
 *
 *     startServer -> awaiting_openid_configuration -> awaiting_oauth_authorization_server -> known
 *
 * Either of the two documents is enough; the second is asked for only where there is no first one. Any state may end in
 * `failed`. `server-flow.table.ts` lists every step. OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3.
 */
import type { Answer, Effect, Step } from './effect.ts';
import { type Failure, misuse, type Refusal, refusalOf } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { isWithin } from './lifetime.ts';
import { METADATA_LIFETIME } from './limits.ts';
import { readServerMetadata, type ServerMetadata, wellKnownUrls } from './server-metadata.ts';
import type { NumericDate } from './values.ts';
import { buildGetAuthorizationServerMetadata } from './wire.ts';

export type ServerState =
  | AwaitingMetadata
  | {
      readonly status: 'known';
      readonly server: ServerMetadata;
      /** For {@link isCurrent}. */
      readonly receivedAt: NumericDate;
    }
  | { readonly status: 'failed'; readonly failure: Failure };

export type AwaitingMetadata = {
  readonly status: 'awaiting_openid_configuration' | 'awaiting_oauth_authorization_server';
  readonly issuer: string;
  /** Where the request went. */
  readonly url: string;
  /** A redirect to the same address with a slash was followed, once. */
  readonly redirected: boolean;
  /** Why the first form gave nothing. */
  readonly refused?: Failure;
};

/**
 * Asks an issuer what it says of itself.
 *
 * @returns `awaiting_openid_configuration`, or `failed` with `invalid_issuer`
 * @see OpenID Connect Discovery 1.0, section 4.1
 */
export function startServer(issuer: string): Step<ServerState> {
  const urls = wellKnownUrls(issuer);
  if (!urls.ok) return failed(urls);
  const url = urls.value.openidConfiguration;
  return asking({ status: 'awaiting_openid_configuration', issuer, url, redirected: false });
}

/**
 * Takes the answer to the last request and says what to do next. It never throws.
 *
 * A document that is there and wrong is refused: only where there is none is the other form asked for.
 *
 * @returns `known`, `failed` with `metadata_not_found` or what `readServerMetadata` refuses, or the next request
 * @see RFC 8414, section 3.3
 */
export function stepServer(state: ServerState, answer: Answer): Step<ServerState> {
  if (state.status === 'known' || state.status === 'failed') return step(state);
  if (answer.type === 'effect_failed') return failed(refusalOf('effect_failed', answer.code, 'retry'));
  if (answer.type !== 'response_received') return failed(misuse('answer_not_expected', 'report'));
  const { response, now } = answer;
  const { issuer, url, redirected, refused } = state;
  // Some frameworks answer so at every address; any other redirect could lead to anybody.
  if (!redirected && targetOf(response, url) === `${url}/`)
    return asking({ ...state, url: `${url}/`, redirected: true });
  const read = readServerMetadata(response, issuer);
  if (read.ok) return step({ status: 'known', server: read.value, receivedAt: now });
  if (!isAbsent(read.failure)) return failed(read);
  const urls = wellKnownUrls(issuer);
  if (!urls.ok) return failed(urls);
  const { oauthAuthorizationServer } = urls.value;
  return refused
    ? failed(notFound(refused, read.failure))
    : asking({
        status: 'awaiting_oauth_authorization_server',
        issuer,
        url: oauthAuthorizationServer,
        redirected: false,
        refused: read.failure,
      });
}

/** Is what a server said of itself still believed? Not when somebody set the clock back, either. */
export const isCurrent = ({ receivedAt }: { readonly receivedAt: NumericDate }, now: NumericDate): boolean =>
  isWithin(METADATA_LIFETIME, now, receivedAt);

const step = (state: ServerState, ...effects: Effect[]): Step<ServerState> => ({ state, effects });
const failed = ({ failure }: Refusal): Step<ServerState> => step({ status: 'failed', failure });
const asking = (state: AwaitingMetadata): Step<ServerState> =>
  step(state, { type: 'send_request', purpose: 'metadata', request: buildGetAuthorizationServerMetadata(state.url) });

/** There is no such document here: a page of something else, a redirect to one, or an error that will stay. */
const isAbsent = ({ code, http }: Failure): boolean =>
  code === 'malformed_metadata_response' ||
  code === 'unexpected_redirect' ||
  (code === 'http_error' && /^4(?!08|25|29)/.test(`${http?.status}`));

/** What is no plain "not found" says more. */
function notFound(first: Failure, second: Failure): Refusal {
  const telling = [first, second].find(({ code }) => code !== 'http_error');
  return telling
    ? { ok: false, failure: telling }
    : refusalOf('untrusted_response', 'metadata_not_found', 'fix_configuration', { http: first.http });
}

/** Where a redirect leads, for an absolute URL or a path. RFC 9110, section 15.4. */
function targetOf({ status, headers }: HttpResponse, url: string): string | undefined {
  const location = /^30[1278]$/.test(`${status}`) ? headers['location'] : undefined;
  return location?.replace(/^\/(?!\/)/, () => `${/^[^/]*\/\/[^/]*\//.exec(url)}`);
}
