/** The kinds of answers that deviations change, one function each. Every other answer is given back as it is. */
import type {
  AuthorizationErrorResponse,
  AuthorizationResponse,
  IdTokenClaims,
  ServerMetadata,
  TokenResponse,
  UserInfo,
} from '@proofkey/api';
import type { Deviation } from './deviation.ts';
import { type Draft, isJwtDraft, type JwtDraft } from './draft.ts';
import type { ServerResponse } from './http.ts';
import type { Step } from './log.ts';
import { parameterOf } from './parameters.ts';
import type { Authorization } from './state.ts';
import type { Turn } from './turn.ts';
import type { Described } from './wire.ts';

export type Alter = NonNullable<Deviation['alter']>;
export type Rewrite = NonNullable<Deviation['rewrite']>;
export type JsonDraft = Draft & { readonly type: 'json' };
type Values<T> = Readonly<Record<string, T>>;

/** Where a person may be sent back to the client. */
export const TO_CLIENT: readonly Step[] = ['authorize', 'login_page', 'consent_page'];
export const TOKENS: readonly Step[] = ['token', 'refresh'];

/** `undefined` takes a member away. */
export const changed = <T>(members: Values<T>, change: Values<T | undefined>): Values<T> =>
  Object.fromEntries(
    Object.entries({ ...members, ...change }).filter((pair): pair is [string, T] => pair[1] !== undefined),
  );

/** New values for described members; `undefined` takes one away, and of any other name nothing is known here. */
type Changes<T, Value = unknown> = { readonly [name in keyof Described<T>]?: Value };

type Callback = AuthorizationResponse & AuthorizationErrorResponse;
type Foreign = { access_token: string; token_type: string; session_state: string; padding: string };

/** The parameters of a callback that has this one among them. */
export const callbackWith =
  (
    name: 'code' | 'error' | 'iss',
    change: (parameters: Changes<Callback, string>) => Changes<Callback & Foreign, string | undefined>,
  ): Alter =>
  (draft) =>
    draft.type === 'callback' && draft.parameters[name] !== undefined
      ? { ...draft, parameters: changed(draft.parameters, change(draft.parameters)) }
      : draft;

/** Where a callback with a code is delivered. */
export const deliveredTo =
  (change: (redirectUri: string) => string): Alter =>
  (draft) =>
    draft.type === 'callback' && draft.parameters['code'] !== undefined
      ? { ...draft, redirectUri: change(draft.redirectUri) }
      : draft;

/** The members of a JSON answer that is a success. */
type Success<T> = (change: (members: Changes<T>) => Changes<T>) => Alter;

const success =
  <T>(): Success<T> =>
  (change) =>
  (draft) =>
    draft.type === 'json' && draft.status === 200
      ? { ...draft, members: changed<unknown>(draft.members, change(draft.members as Changes<T>)) }
      : draft;

export const tokens: Success<TokenResponse> = success<TokenResponse>();
export const person: Success<UserInfo> = success<UserInfo>();
export const metadataMembers: Success<ServerMetadata> = success<ServerMetadata>();

/** A JSON answer that is an error. */
export const refusal =
  (change: (draft: JsonDraft, error: string) => Partial<JsonDraft> | Draft): Alter =>
  (draft) =>
    draft.type === 'json' && draft.status >= 400
      ? ({ ...draft, ...change(draft, String(draft.members['error'])) } as Draft)
      : draft;

/** The ID Token of a token response. Without a change it stays. */
export const idToken =
  (change: (jwt: JwtDraft, turn: Turn) => JwtDraft | undefined): Alter =>
  (draft, turn) => {
    const jwt = draft.type === 'json' ? draft.members['id_token'] : undefined;
    const instead = isJwtDraft(jwt) ? change(jwt, turn) : undefined;
    return draft.type === 'json' && instead ? { ...draft, members: { ...draft.members, id_token: instead } } : draft;
  };

type Known = Changes<IdTokenClaims>;
type Odd = { readonly events: unknown; readonly padding: unknown };

/** Its claims. */
export const claims = (change: (claims: Known, turn: Turn) => Changes<IdTokenClaims & Odd> | undefined): Alter =>
  idToken((jwt, turn) => {
    const some = change(jwt.claims as Known, turn);
    return some && { ...jwt, claims: changed<unknown>(jwt.claims, some) };
  });

/** The URL of a redirect that carries a code; of a page that posts the parameters nothing. */
export const location =
  (change: (url: string, turn: Turn) => string): Rewrite =>
  (response, turn) => {
    const to = response.headers['location'];
    return to !== undefined && /[?&#]code=/.test(to)
      ? { ...response, headers: { ...response.headers, location: change(to, turn) } }
      : response;
  };

/** Adds parameters, as they are, before those of a redirect that carries a code. */
export const before = (raw: string): Rewrite => location((url) => url.replace(/[?#](?=[^?#]*$)/, (mark) => mark + raw));

/** The text of a JSON answer that is a success, or its headers. */
export const text =
  (change: (response: ServerResponse) => Partial<ServerResponse>): Rewrite =>
  (response) =>
    response.status === 200 && response.body.startsWith('{') ? { ...response, ...change(response) } : response;

/** A member as raw text, in front of the others. */
export const member = (raw: string): Rewrite => text(({ body }) => ({ body: `{${raw},${body.slice(1)}` }));

/** The login that a token request is about, as it was before this request. */
export function loginOf({ form, state }: Turn): Authorization | undefined {
  const [code, refreshToken] = ['code', 'refresh_token'].map((name) => parameterOf(form, name));
  return state.authorizations.find(
    (one) => one.code.value === code || one.refreshTokens.some(({ value }) => value === refreshToken),
  );
}

const TITLE = 'Sign in';

/** What a captive portal or a front-end server gives in place of the real answer. */
export const PORTAL: Draft = { type: 'page', status: 200, html: `<!doctype html><title>${TITLE}</title>` };
