/** Issuer -> where its metadata is; metadata response -> server metadata. OpenID Connect Discovery 1.0; RFC 8414. */
import { misuse, ok, type Refusal, type Result, untrusted } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { readJsonBody } from './json.ts';
import { recoveryOf } from './oauth-error.ts';
import { isTexts } from './records.ts';
import { isIssuer, trustOf } from './url.ts';
import { readServerMetadataDocument } from './wire.ts';

/** What a client needs to know of an authorization server. The names are RFC 8414's, section 2. */
export type ServerMetadata = {
  /** Compared letter for letter, a trailing slash included. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint?: string;
  readonly revocationEndpoint?: string;
  readonly endSessionEndpoint?: string;
  /** Where the user agent is sent to log out by a vendor that has no `endSessionEndpoint`: `/v2/logout`. */
  readonly vendorLogoutEndpoint?: string;
  /**
   * Where the keys of ID Tokens are; needed with the scope `openid`. null says that the server publishes none: its TLS
   * alone then vouches for ID Tokens, and the session says `signature: 'tls_only'`.
   */
  readonly jwksUri?: string | null;
  /** RFC 9207, section 3: true means that a callback without `iss` is refused. */
  readonly issParameterSupported?: boolean;
  /** Narrows the algorithms that we accept; never widens them. */
  readonly signingAlgorithms?: readonly string[];
  /** A list without S256 stops every login. */
  readonly codeChallengeMethods?: readonly string[];
  /** RFC 9126, section 5: true stops every login, because requests are not pushed yet. */
  readonly requirePushedAuthorizationRequests?: boolean;
};

/**
 * Both places where an issuer may publish its metadata: OpenID Connect appends to the path, RFC 8414 inserts before it.
 *
 * @returns the two URLs, or `invalid_issuer`
 * @see OpenID Connect Discovery 1.0, section 4.1; RFC 8414, section 3.1
 */
export function wellKnownUrls(
  issuer: string,
): Result<{ readonly openidConfiguration: string; readonly oauthAuthorizationServer: string }> {
  if (!isIssuer(issuer)) return misuse('invalid_issuer');
  const trimmed = issuer.replace(/\/$/, '');
  const path = trimmed.indexOf('/', trimmed.indexOf('//') + 2);
  const [origin, rest] = path < 0 ? [trimmed, ''] : [trimmed.slice(0, path), trimmed.slice(path)];
  return ok({
    openidConfiguration: `${trimmed}/.well-known/openid-configuration`,
    oauthAuthorizationServer: `${origin}/.well-known/oauth-authorization-server${rest}`,
  });
}

/**
 * Reads a metadata document and believes nothing in it that is unsafe.
 *
 * @returns the metadata, or `unexpected_redirect`, `response_too_large`, `http_error`, `malformed_metadata_response`,
 *   `invalid_metadata`, `issuer_mismatch`, `invalid_issuer`, `insecure_endpoint`, `pkce_not_supported`,
 *   `pushed_authorization_request_required`
 * @see RFC 8414, section 3.3; OpenID Connect Discovery 1.0, section 4.3
 */
export function readServerMetadata(response: HttpResponse, issuer: string): Result<ServerMetadata> {
  const usual = recoveryOf('', response.status);
  const recovery = usual === 'log_in_again' ? 'report' : usual;
  const body = readJsonBody(response, 'malformed_metadata_response', recovery);
  if (!body.ok) return body;
  const read = readServerMetadataDocument(body.value);
  if (!read.ok) return untrusted(read.at === '' ? 'malformed_metadata_response' : 'invalid_metadata', 'report');
  const document = read.value;
  if (document.issuer !== issuer) return untrusted('issuer_mismatch', 'fix_configuration');
  const server = withoutAbsent<ServerMetadata>({
    issuer: document.issuer,
    authorizationEndpoint: document.authorization_endpoint,
    tokenEndpoint: document.token_endpoint,
    userinfoEndpoint: document.userinfo_endpoint,
    revocationEndpoint: document.revocation_endpoint,
    endSessionEndpoint: document.end_session_endpoint,
    vendorLogoutEndpoint: undefined,
    jwksUri: document.jwks_uri ?? null,
    issParameterSupported: document.authorization_response_iss_parameter_supported,
    signingAlgorithms: document.id_token_signing_alg_values_supported,
    codeChallengeMethods: document.code_challenge_methods_supported,
    requirePushedAuthorizationRequests: document.require_pushed_authorization_requests,
  });
  return checkServerMetadata(server) ?? ok(server);
}

/**
 * Checks metadata, wherever it comes from: discovery or the application's own settings.
 *
 * @returns a refusal (`invalid_issuer`, `invalid_metadata`, `insecure_endpoint`, `pkce_not_supported`,
 *   `pushed_authorization_request_required`), or undefined
 */
export function checkServerMetadata(server: ServerMetadata): Refusal | undefined {
  if (!isIssuer(server?.issuer)) return misuse('invalid_issuer');
  const { authorizationEndpoint = '', tokenEndpoint = '' } = server;
  for (const [name, value] of Object.entries({ ...server, authorizationEndpoint, tokenEndpoint })) {
    if (!/(Endpoint|Uri)$/.test(name) || value === undefined || (name === 'jwksUri' && value === null)) continue;
    const trust = trustOf(value);
    if (!trust) return untrusted('invalid_metadata', 'fix_configuration');
    // An http issuer is on loopback, and so may its endpoints be; an https issuer never has an http endpoint.
    if (!['https', trustOf(server.issuer)].includes(trust)) return untrusted('insecure_endpoint', 'fix_configuration');
  }
  const { codeChallengeMethods: methods = ['S256'], signingAlgorithms = [] } = server;
  if (!isTexts(methods) || !isTexts(signingAlgorithms)) return untrusted('invalid_metadata', 'fix_configuration');
  if (!methods.includes('S256')) return untrusted('pkce_not_supported', 'fix_configuration');
  if (server.requirePushedAuthorizationRequests)
    return untrusted('pushed_authorization_request_required', 'fix_configuration');
  return undefined;
}

type Absent<T> = { [K in keyof T]: T[K] | undefined };

/** Leaves out what is undefined, so that optional members are absent rather than undefined. */
function withoutAbsent<T extends object>(members: Absent<Required<T>>): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
