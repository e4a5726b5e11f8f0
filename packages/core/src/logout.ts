/** Session -> URL that ends it at the server; URL -> has the person come back? OpenID Connect RP-Initiated Logout. */
import { withPath } from './authorization-response.ts';
import { locate, ok, type Result, untrusted } from './failure.ts';
import { rawPairs, readParameters } from './form-urlencoded.ts';
import { parseObject } from './json.ts';
import { isText } from './records.ts';
import { checkRedirectUri } from './redirect-uri.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { splitUrl, trustOf } from './url.ts';
import { appendQuery, buildLogout, buildLogoutV2 } from './wire.ts';

export type LogoutOptions = {
  /** The ID Token of the session that ends, so that the server need not ask the person. */
  readonly idToken?: string | undefined;
  /** Who is leaving, where no ID Token says it: a `sid`, or what the server documents. */
  readonly logoutHint?: string | undefined;
  /** Where the person comes back afterwards. It has to be registered at the server. */
  readonly returnTo?: string | undefined;
  /** Comes back on `returnTo`. A vendor's `/v2/logout` does not carry it. */
  readonly state?: string | undefined;
  /** Languages for the pages of the server, best first. */
  readonly uiLocales?: readonly string[] | undefined;
  /** A vendor's: also ends the session at the identity provider behind the server. */
  readonly federated?: boolean | undefined;
};

/** A person who went to log out at the server, and may come back from there. */
export type LogoutReturn = { readonly returnTo: string; readonly state: string };

/** Reads back what was stored of it as JSON; undefined for anything else. */
export function thawLogout(text: string): LogoutReturn | undefined {
  const { returnTo, state }: Partial<LogoutReturn> = parseObject(text) ?? {};
  return isText(returnTo) && isText(state) ? { returnTo, state } : undefined;
}

/**
 * A longer ID Token is not sent, because the whole request line has to fit into the 8192 octets that many servers and
 * proxies take: a person who meets their error page is not logged out. Without the hint, which is optional, the server
 * may ask first; `client_id` and `logout_hint` still say who is meant.
 */
const LONGEST_HINT = 4000;

/**
 * Where the person goes to end the session at the server. The session here has to be forgotten before.
 *
 * @returns the URL; null when the server has no such place, so that a logout is a local one; or `insecure_endpoint`,
 *   `invalid_redirect_uri`
 * @see OpenID Connect RP-Initiated Logout 1.0, section 2
 */
export function logoutUrl(
  server: Pick<ServerMetadata, 'issuer' | 'endSessionEndpoint' | 'vendorLogoutEndpoint'>,
  clientId: string,
  { idToken = '', logoutHint, returnTo, state, uiLocales, federated }: LogoutOptions,
): Result<string | null> {
  if (returnTo !== undefined) {
    const checked = checkRedirectUri(returnTo);
    if (!checked.ok) return { ok: false, failure: locate(checked.failure, { at: 'returnTo' }) };
  }
  const { issuer, endSessionEndpoint, vendorLogoutEndpoint } = server;
  const endpoint = endSessionEndpoint ?? vendorLogoutEndpoint;
  if (endpoint === undefined) return ok(null);
  const trust = trustOf(endpoint);
  // Checked before as metadata, and again here: a user agent runs `javascript:` in the page that leaves.
  if (trust !== 'https' && !(trust === 'loopback' && trustOf(issuer) === 'loopback'))
    return untrusted('insecure_endpoint', 'fix_configuration');
  const url =
    endSessionEndpoint === undefined
      ? buildLogoutV2(endpoint, { client_id: clientId, returnTo }).url
      : buildLogout(endpoint, {
          id_token_hint: idToken !== '' && idToken.length <= LONGEST_HINT ? idToken : undefined,
          logout_hint: logoutHint,
          client_id: clientId,
          post_logout_redirect_uri: returnTo,
          // Without a way back there is nothing that it could come back on.
          state: returnTo === undefined ? undefined : state,
          ui_locales: uiLocales && [uiLocales].flat().join(' '),
        }).url;
  return ok(appendQuery(url, { federated: federated ? '' : undefined }));
}

/**
 * Has the person come back from a logout, and with the `state` that was sent? Whatever the answer is, the session here
 * stays ended: nobody has to believe this URL.
 *
 * @param state that was sent; without one, a URL that brings none matches
 * @see OpenID Connect RP-Initiated Logout 1.0, section 3
 */
export function readLogoutReturn(
  returnTo: string,
  state: string | undefined,
  url: string,
): { readonly returned: boolean; readonly stateMatched: boolean } {
  const [expected, arrived] = [splitUrl(returnTo), splitUrl(url)];
  const pairs = rawPairs(arrived.query);
  const returned =
    withPath(arrived.base) === withPath(expected.base) &&
    rawPairs(expected.query).every((pair) => pairs.includes(pair));
  const values = readParameters(arrived.query, ['state']);
  return { returned, stateMatched: returned && typeof values !== 'string' && values.state === state };
}
