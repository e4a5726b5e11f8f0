// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 11ba8c4f7511f800389c2eb12565f3d90658d27325eb1de6ce5f013ca62b734f) by pnpm generate. Do not edit.
import type { HttpRequest, Input } from '../runtime.ts';
import { appendQuery, createRequest, encodeForm } from '../runtime.ts';
import type { CodeExchange, DeviceCodePoll, LogoutRequest, Refresh, Revocation, operations } from './schema.ts';

/** Parameters in the query of `authorize`. */
export type AuthorizeQuery = Input<NonNullable<operations['authorize']['parameters']['query']>>;
/** Ask the user for a code. GET /authorize */
export const buildAuthorize = (
  url: string,
  parameters: AuthorizeQuery,
): HttpRequest =>
  createRequest('GET', appendQuery(url, parameters), {});

/** Headers of `requestTokens`. */
export type RequestTokensHeaders = {
  readonly dpop?: NonNullable<operations['requestTokens']['parameters']['header']>['DPoP'] | undefined;
};
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildCodeExchange = (
  url: string,
  parameters: Input<CodeExchange>,
  headers: RequestTokensHeaders | undefined = {},
): HttpRequest =>
  createRequest('POST', url, {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  }, encodeForm(parameters));
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildRefresh = (
  url: string,
  parameters: Input<Refresh>,
  headers: RequestTokensHeaders | undefined = {},
): HttpRequest =>
  createRequest('POST', url, {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  }, encodeForm(parameters));
/** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
export const buildDeviceCodePoll = (
  url: string,
  parameters: Input<DeviceCodePoll>,
  headers: RequestTokensHeaders | undefined = {},
): HttpRequest =>
  createRequest('POST', url, {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  }, encodeForm(parameters));

/** Headers of `getUserInfo`. */
export type GetUserInfoHeaders = {
  readonly authorization: `Bearer ${string}` | `DPoP ${string}`;
  readonly dpop?: NonNullable<operations['getUserInfo']['parameters']['header']>['DPoP'] | undefined;
};
/** Claims about the user. GET /userinfo */
export const buildGetUserInfo = (
  url: string,
  _parameters: Record<string, never>,
  headers: GetUserInfoHeaders,
): HttpRequest =>
  createRequest('GET', url, {
    accept: 'application/json',
    ...headers,
  });

/** Headers of `postUserInfo`. */
export type PostUserInfoHeaders = {
  readonly authorization: `Bearer ${string}` | `DPoP ${string}`;
  readonly dpop?: NonNullable<operations['postUserInfo']['parameters']['header']>['DPoP'] | undefined;
};
/** Claims about the user, asked for with POST. POST /userinfo */
export const buildPostUserInfo = (
  url: string,
  _parameters: Record<string, never>,
  headers: PostUserInfoHeaders,
): HttpRequest =>
  createRequest('POST', url, {
    accept: 'application/json',
    ...headers,
  });

/** Make a token useless. POST /oauth/revoke */
export const buildRevoke = (
  url: string,
  parameters: Input<Revocation>,
): HttpRequest =>
  createRequest('POST', url, {
    'content-type': 'application/x-www-form-urlencoded',
  }, encodeForm(parameters));

/** Parameters in the query of `logout`. */
export type LogoutQuery = Input<NonNullable<operations['logout']['parameters']['query']>>;
/** End the session at the server. GET /oidc/logout */
export const buildLogout = (
  url: string,
  parameters: LogoutQuery | undefined = {},
): HttpRequest =>
  createRequest('GET', appendQuery(url, parameters), {});

/** End the session at the server, with the parameters in the body. POST /oidc/logout */
export const buildPostLogout = (
  url: string,
  parameters: Input<LogoutRequest>,
): HttpRequest =>
  createRequest('POST', url, {
    'content-type': 'application/x-www-form-urlencoded',
  }, encodeForm(parameters));

/** The server's metadata, OpenID Connect form. GET /.well-known/openid-configuration */
export const buildGetOpenIdConfiguration = (
  url: string,
  _parameters: Record<string, never> | undefined = {},
): HttpRequest =>
  createRequest('GET', url, {
    accept: 'application/json',
  });

/** The server's metadata, OAuth form. GET /.well-known/oauth-authorization-server */
export const buildGetAuthorizationServerMetadata = (
  url: string,
  _parameters: Record<string, never> | undefined = {},
): HttpRequest =>
  createRequest('GET', url, {
    accept: 'application/json',
  });

/** The keys that sign ID Tokens. GET /.well-known/jwks.json */
export const buildGetKeySet = (
  url: string,
  _parameters: Record<string, never> | undefined = {},
): HttpRequest =>
  createRequest('GET', url, {
    accept: 'application/json',
  });

/** Parameters in the query of `logoutV2`. */
export type LogoutV2Query = Input<NonNullable<operations['logoutV2']['parameters']['query']>>;
/** End the session at the server, the older way. GET /v2/logout */
export const buildLogoutV2 = (
  url: string,
  parameters: LogoutV2Query | undefined = {},
): HttpRequest =>
  createRequest('GET', appendQuery(url, parameters), {});
