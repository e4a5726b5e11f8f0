/** Authorization code or refresh token -> token request. RFC 6749, sections 4.1.3 and 6; RFC 7636, section 4.5. */
import type { ClientSettings } from './client-settings.ts';
import type { HttpRequest } from './http.ts';
import type { Transaction } from './transaction.ts';
import type { AuthorizationCode, RefreshToken } from './values.ts';
import { buildCodeExchange, buildDeviceCodePoll, buildRefresh } from './wire.ts';

/**
 * The one request that a code is good for. The redirect URI is sent again, letter for letter, and the verifier is that
 * of the same login.
 *
 * @see RFC 6749, section 4.1.3; RFC 7636, section 4.5
 */
export const codeExchangeRequest = (
  settings: ClientSettings,
  transaction: Transaction,
  code: AuthorizationCode,
): HttpRequest =>
  buildCodeExchange(transaction.server.tokenEndpoint, {
    grant_type: 'authorization_code',
    client_id: settings.clientId,
    code,
    code_verifier: transaction.codeVerifier,
    redirect_uri: transaction.redirectUri,
  });

/** A narrower scope, or (where the server offers it) another API. */
export type RefreshOptions = {
  readonly scope?: readonly string[];
  readonly audience?: string;
  readonly resource?: readonly string[];
};

/**
 * A request for new tokens. Whoever sends it holds the lane of this refresh token and has written the journal.
 *
 * @param tokenEndpoint of the issuer that gave the refresh token, and of no other
 * @see RFC 6749, section 6; RFC 8707, section 2.2
 */
export const refreshRequest = (
  settings: ClientSettings,
  tokenEndpoint: string,
  refreshToken: RefreshToken,
  { scope, audience, resource }: RefreshOptions = {},
): HttpRequest =>
  buildRefresh(tokenEndpoint, {
    grant_type: 'refresh_token',
    client_id: settings.clientId,
    refresh_token: refreshToken,
    scope: scope?.join(' '),
    audience,
    resource: resource && [...resource],
  });

/** Asks whether the person has finished a device login. RFC 8628, section 3.4. */
export const deviceCodeRequest = (settings: ClientSettings, tokenEndpoint: string, deviceCode: string): HttpRequest =>
  buildDeviceCodePoll(tokenEndpoint, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: settings.clientId,
    device_code: deviceCode,
  });
