// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 15000667e047527a79703ebad86a1a803763e9e2a0814dffcd4819fe9ce07c07) by pnpm generate. Do not edit.
import type { HttpRequest, HttpResponse, Input, Read } from './runtime.ts';
import { operations } from './operations.ts';
import {
  readErrorResponse,
  readJsonWebKeySet,
  readServerMetadata,
  readTokenResponse,
  readUserInfo,
} from './readers.ts';
import type {
  AuthorizeQuery,
  GetUserInfoHeaders,
  LogoutQuery,
  LogoutV2Query,
  PostUserInfoHeaders,
  RequestTokensHeaders,
} from './requests.ts';
import {
  buildAuthorize,
  buildCodeExchange,
  buildDeviceCodePoll,
  buildGetAuthorizationServerMetadata,
  buildGetKeySet,
  buildGetOpenIdConfiguration,
  buildGetUserInfo,
  buildLogout,
  buildLogoutV2,
  buildPostLogout,
  buildPostUserInfo,
  buildRefresh,
  buildRevoke,
} from './requests.ts';
import type {
  CodeExchange,
  DeviceCodePoll,
  ErrorResponse,
  JsonWebKeySet,
  LogoutRequest,
  Refresh,
  Revocation,
  ServerMetadata,
  TokenResponse,
  UserInfo,
} from './schema.ts';

/** Sends one request. Whoever calls `createApi` says how. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** Where the server is: its base URL, and the URLs of operations that are elsewhere. */
export type Server =
  | string
  | { readonly base: string; readonly urls?: { readonly [name in keyof typeof operations]?: string | undefined } };

/** A documented answer with a 2xx status. */
export type ApiSuccess<Status, T> = {
  readonly ok: true;
  readonly status: Status;
  readonly value: T;
  readonly response: HttpResponse;
};
/** Any other answer. `at` is there if the body was refused: it names the member that is missing or wrong. */
export type ApiFailure<E> = {
  readonly ok: false;
  readonly status: number;
  readonly error?: E;
  readonly at?: string;
  readonly response: HttpResponse;
};

/** How the body of an answer is read: not at all, as text, or as JSON by this function. */
type ReadAnswer = 'nothing' | 'text' | ((value: unknown) => Read<unknown>);
type Answers = { readonly [status: string]: ReadAnswer };

const readBody = (body: string, reader: ReadAnswer): Read<unknown> => {
  if (typeof reader === 'string') return { ok: true, value: reader === 'text' ? body : undefined };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, at: '' };
  }
  return reader(value);
};

const send = async (transport: Transport, request: HttpRequest, answers: Answers): Promise<unknown> => {
  const response = await transport(request);
  const { status } = response;
  const range = Math.floor(status / 100);
  const reader = answers[status] ?? answers[`${range}XX`] ?? answers['default'];
  if (reader === undefined) return { ok: false, status, response };
  const result = readBody(response.body, reader);
  if (!result.ok) return { ok: false, status, at: result.at, response };
  if (range === 2) return { ok: true, status, value: result.value, response };
  const failure = { ok: false, status, response };
  return result.value === undefined ? failure : { ...failure, error: result.value };
};

/** Every request of the description, sent and read. */
export type Api = {
  /** Ask the person for a code. GET /authorize */
  authorize(parameters: AuthorizeQuery): Promise<ApiFailure<string | ErrorResponse>>;
  /** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
  codeExchange(parameters: Input<CodeExchange>, headers?: RequestTokensHeaders): Promise<ApiSuccess<200, TokenResponse> | ApiFailure<ErrorResponse>>;
  /** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
  refresh(parameters: Input<Refresh>, headers?: RequestTokensHeaders): Promise<ApiSuccess<200, TokenResponse> | ApiFailure<ErrorResponse>>;
  /** Turn a code, a refresh token or a device code into tokens. POST /oauth/token */
  deviceCodePoll(parameters: Input<DeviceCodePoll>, headers?: RequestTokensHeaders): Promise<ApiSuccess<200, TokenResponse> | ApiFailure<ErrorResponse>>;
  /** Claims about the person. GET /userinfo */
  getUserInfo(parameters: Record<string, never>, headers: GetUserInfoHeaders): Promise<ApiSuccess<200, UserInfo> | ApiFailure<ErrorResponse>>;
  /** Claims about the person, asked for with POST. POST /userinfo */
  postUserInfo(parameters: Record<string, never>, headers: PostUserInfoHeaders): Promise<ApiSuccess<200, UserInfo> | ApiFailure<ErrorResponse>>;
  /** Make a token useless. POST /oauth/revoke */
  revoke(parameters: Input<Revocation>): Promise<ApiSuccess<200, undefined> | ApiFailure<ErrorResponse>>;
  /** End the session at the server. GET /oidc/logout */
  logout(parameters?: LogoutQuery): Promise<ApiFailure<string>>;
  /** End the session at the server, with the parameters in the body. POST /oidc/logout */
  postLogout(parameters: Input<LogoutRequest>): Promise<ApiFailure<string>>;
  /** The server's metadata, OpenID Connect form. GET /.well-known/openid-configuration */
  getOpenIdConfiguration(parameters?: Record<string, never>): Promise<ApiSuccess<200, ServerMetadata> | ApiFailure<ErrorResponse>>;
  /** The server's metadata, OAuth form. GET /.well-known/oauth-authorization-server */
  getAuthorizationServerMetadata(parameters?: Record<string, never>): Promise<ApiSuccess<200, ServerMetadata> | ApiFailure<ErrorResponse>>;
  /** The keys that sign ID Tokens. GET /.well-known/jwks.json */
  getKeySet(parameters?: Record<string, never>): Promise<ApiSuccess<200, JsonWebKeySet> | ApiFailure<ErrorResponse>>;
  /** End the session at the server, the older way. GET /v2/logout */
  logoutV2(parameters?: LogoutV2Query): Promise<ApiFailure<string>>;
};

const authorizeAnswers: Answers = {
  '302': 'nothing',
  '400': 'text',
  '429': readErrorResponse,
};

const requestTokensAnswers: Answers = {
  '200': readTokenResponse,
  '400': readErrorResponse,
  '401': readErrorResponse,
  '403': readErrorResponse,
  '429': readErrorResponse,
  '503': readErrorResponse,
};

const getUserInfoAnswers: Answers = {
  '200': readUserInfo,
  '400': readErrorResponse,
  '401': readErrorResponse,
  '403': readErrorResponse,
  '429': readErrorResponse,
};

const postUserInfoAnswers: Answers = {
  '200': readUserInfo,
  '400': readErrorResponse,
  '401': readErrorResponse,
  '403': readErrorResponse,
  '429': readErrorResponse,
};

const revokeAnswers: Answers = {
  '200': 'nothing',
  '400': readErrorResponse,
  '401': readErrorResponse,
  '429': readErrorResponse,
  '503': readErrorResponse,
};

const logoutAnswers: Answers = {
  '302': 'nothing',
  '400': 'text',
};

const postLogoutAnswers: Answers = {
  '302': 'nothing',
  '400': 'text',
};

const getOpenIdConfigurationAnswers: Answers = {
  '200': readServerMetadata,
  '404': 'nothing',
  '429': readErrorResponse,
};

const getAuthorizationServerMetadataAnswers: Answers = {
  '200': readServerMetadata,
  '404': 'nothing',
  '429': readErrorResponse,
};

const getKeySetAnswers: Answers = {
  '200': readJsonWebKeySet,
  '404': 'nothing',
  '429': readErrorResponse,
};

const logoutV2Answers: Answers = {
  '302': 'nothing',
  '400': 'text',
};

/** A server and a way to send -> typed methods. A method rejects only if the transport does. */
export const createApi = (server: Server, transport: Transport): Api => {
  const { base, urls = {} } = typeof server === 'string' ? { base: server } : server;
  const sendTo = <T>(
    name: keyof typeof operations,
    build: (url: string) => HttpRequest,
    answers: Answers,
  ): Promise<T> =>
    send(
      transport,
      build(urls[name] ?? base.replace(/\/$/, '') + operations[name].path),
      answers,
    ) as Promise<T>;
  return {
    authorize: (parameters) =>
      sendTo('authorize', (url) => buildAuthorize(url, parameters), authorizeAnswers),
    codeExchange: (parameters, headers) =>
      sendTo('requestTokens', (url) => buildCodeExchange(url, parameters, headers), requestTokensAnswers),
    refresh: (parameters, headers) =>
      sendTo('requestTokens', (url) => buildRefresh(url, parameters, headers), requestTokensAnswers),
    deviceCodePoll: (parameters, headers) =>
      sendTo('requestTokens', (url) => buildDeviceCodePoll(url, parameters, headers), requestTokensAnswers),
    getUserInfo: (parameters, headers) =>
      sendTo('getUserInfo', (url) => buildGetUserInfo(url, parameters, headers), getUserInfoAnswers),
    postUserInfo: (parameters, headers) =>
      sendTo('postUserInfo', (url) => buildPostUserInfo(url, parameters, headers), postUserInfoAnswers),
    revoke: (parameters) =>
      sendTo('revoke', (url) => buildRevoke(url, parameters), revokeAnswers),
    logout: (parameters) =>
      sendTo('logout', (url) => buildLogout(url, parameters), logoutAnswers),
    postLogout: (parameters) =>
      sendTo('postLogout', (url) => buildPostLogout(url, parameters), postLogoutAnswers),
    getOpenIdConfiguration: (parameters) =>
      sendTo('getOpenIdConfiguration', (url) => buildGetOpenIdConfiguration(url, parameters), getOpenIdConfigurationAnswers),
    getAuthorizationServerMetadata: (parameters) =>
      sendTo('getAuthorizationServerMetadata', (url) => buildGetAuthorizationServerMetadata(url, parameters), getAuthorizationServerMetadataAnswers),
    getKeySet: (parameters) =>
      sendTo('getKeySet', (url) => buildGetKeySet(url, parameters), getKeySetAnswers),
    logoutV2: (parameters) =>
      sendTo('logoutV2', (url) => buildLogoutV2(url, parameters), logoutV2Answers),
  };
};
