// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 15000667e047527a79703ebad86a1a803763e9e2a0814dffcd4819fe9ce07c07) by pnpm generate. Do not edit.
import type { HttpRequest, Input } from './runtime.ts';
import { appendQuery, encodeForm } from './runtime.ts';
import type { CodeExchange, DeviceCodePoll, LogoutRequest, Refresh, Revocation, operations } from './schema.ts';

/** Parameters in the query of `authorize`. */
export type AuthorizeQuery = Input<NonNullable<operations['authorize']['parameters']['query']>>;
/** Ask the person for a code. GET /authorize */
export const buildAuthorize = (
  url: string,
  parameters: AuthorizeQuery,
): HttpRequest => ({
  method: 'GET',
  url: appendQuery(url, parameters),
  headers: {},
});

/** Headers of `requestTokens`. */
export type RequestTokensHeaders = {
  readonly dpop?: NonNullable<NonNullable<operations['requestTokens']['parameters']['header']>['DPoP']>;
};
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildCodeExchange = (
  url: string,
  parameters: Input<CodeExchange>,
  headers?: RequestTokensHeaders,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  },
  body: encodeForm(parameters),
});
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildRefresh = (
  url: string,
  parameters: Input<Refresh>,
  headers?: RequestTokensHeaders,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  },
  body: encodeForm(parameters),
});
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildDeviceCodePoll = (
  url: string,
  parameters: Input<DeviceCodePoll>,
  headers?: RequestTokensHeaders,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  },
  body: encodeForm(parameters),
});

/** Headers of `getUserInfo`. */
export type GetUserInfoHeaders = {
  readonly authorization: `Bearer ${string}` | `DPoP ${string}`;
  readonly dpop?: NonNullable<NonNullable<operations['getUserInfo']['parameters']['header']>['DPoP']>;
};
/** Claims about the person. GET /userinfo */
export const buildGetUserInfo = (
  url: string,
  _parameters: Record<string, never>,
  headers: GetUserInfoHeaders,
): HttpRequest => ({
  method: 'GET',
  url,
  headers: {
    accept: 'application/json',
    ...headers,
  },
});

/** Headers of `postUserInfo`. */
export type PostUserInfoHeaders = {
  readonly authorization: `Bearer ${string}` | `DPoP ${string}`;
  readonly dpop?: NonNullable<NonNullable<operations['postUserInfo']['parameters']['header']>['DPoP']>;
};
/** Claims about the person, asked for with POST. POST /userinfo */
export const buildPostUserInfo = (
  url: string,
  _parameters: Record<string, never>,
  headers: PostUserInfoHeaders,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    accept: 'application/json',
    ...headers,
  },
});

/** Make a token useless. POST /oauth/revoke */
export const buildRevoke = (
  url: string,
  parameters: Input<Revocation>,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: encodeForm(parameters),
});

/** Parameters in the query of `logout`. */
export type LogoutQuery = Input<NonNullable<operations['logout']['parameters']['query']>>;
/** End the session at the server. GET /oidc/logout */
export const buildLogout = (
  url: string,
  parameters: LogoutQuery | undefined = {},
): HttpRequest => ({
  method: 'GET',
  url: appendQuery(url, parameters),
  headers: {},
});

/** End the session at the server, with the parameters in the body. POST /oidc/logout */
export const buildPostLogout = (
  url: string,
  parameters: Input<LogoutRequest>,
): HttpRequest => ({
  method: 'POST',
  url,
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: encodeForm(parameters),
});

/** The server's metadata, OpenID Connect form. GET /.well-known/openid-configuration */
export const buildGetOpenIdConfiguration = (
  url: string,
  _parameters?: Record<string, never>,
): HttpRequest => ({
  method: 'GET',
  url,
  headers: {
    accept: 'application/json',
  },
});

/** The server's metadata, OAuth form. GET /.well-known/oauth-authorization-server */
export const buildGetAuthorizationServerMetadata = (
  url: string,
  _parameters?: Record<string, never>,
): HttpRequest => ({
  method: 'GET',
  url,
  headers: {
    accept: 'application/json',
  },
});

/** The keys that sign ID Tokens. GET /.well-known/jwks.json */
export const buildGetKeySet = (
  url: string,
  _parameters?: Record<string, never>,
): HttpRequest => ({
  method: 'GET',
  url,
  headers: {
    accept: 'application/json',
  },
});

/** Parameters in the query of `logoutV2`. */
export type LogoutV2Query = Input<NonNullable<operations['logoutV2']['parameters']['query']>>;
/** End the session at the server, the older way. GET /v2/logout */
export const buildLogoutV2 = (
  url: string,
  parameters: LogoutV2Query | undefined = {},
): HttpRequest => ({
  method: 'GET',
  url: appendQuery(url, parameters),
  headers: {},
});
