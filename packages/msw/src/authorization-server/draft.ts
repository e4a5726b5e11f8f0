/** What an endpoint decided to answer -> the answer as it leaves. RFC 6749, sections 4.1.2 and 5; OIDC Form Post. */
import type { ErrorResponse, TokenResponse } from '@proofkey/api';
import type { JwtToSign, ServerResponse, SignWith } from './http.ts';
import { errorPage, formPostPage } from './pages.ts';
import { writeParameters } from './parameters.ts';
import { type Described, described } from './wire.ts';

/** A JWT among the members of a JSON answer, as a value. */
export interface JwtDraft {
  readonly type: 'jwt';
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signWith: SignWith;
  /** `at_hash` is made of the member `access_token` beside it. */
  readonly withAtHash?: true;
  readonly spoiled?: true;
}

type Headers = Readonly<Record<string, string>>;

export type Draft =
  /** Back to the client: a redirect, or a page with a form. */
  | {
      readonly type: 'callback';
      readonly redirectUri: string;
      readonly mode: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly headers?: Headers;
      /** Of the redirect: 302 when absent. */
      readonly status?: number;
    }
  | { readonly type: 'redirect'; readonly to: string; readonly headers?: Headers; readonly status?: number }
  | {
      readonly type: 'json';
      readonly status: number;
      /** `JwtDraft`s included. */
      readonly members: Readonly<Record<string, unknown>>;
      readonly headers?: Headers;
    }
  | {
      readonly type: 'page';
      readonly status: number;
      readonly html: string;
      readonly headers?: Headers;
      /** For the log. */
      readonly error?: string;
    }
  /** Any other body; empty mostly. */
  | { readonly type: 'raw'; readonly status: number; readonly body: string; readonly headers?: Headers };

/** No `form-action`: browsers hold the redirect after a form against it too, and that one leads to any client. */
export const PAGE_HEADERS: Headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
};

const JSON_HEADERS: Headers = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

/** An OAuth error as JSON. RFC 6749, section 5.2. */
export const errorDraft = (status: number, error: string, description: string, headers?: Headers): Draft => ({
  type: 'json',
  status,
  members: described<ErrorResponse>({ error, error_description: description }),
  ...(headers && { headers }),
});

/** An error that a person is told, because no redirect may. RFC 6749, section 4.1.2.1. */
export const errorPageDraft = (status: number, error: string, sentence: string): Draft => ({
  type: 'page',
  status,
  html: errorPage(error, sentence),
  error,
});

export const isJwtDraft = (value: unknown): value is JwtDraft =>
  typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'jwt';

/** Draft -> answer. Each JWT leaves a placeholder in the body, which whoever signs it replaces. */
export function render(draft: Draft): ServerResponse {
  switch (draft.type) {
    case 'callback':
      return renderCallback(draft);
    case 'redirect':
      return answerOf(draft.status ?? 302, { location: draft.to, 'cache-control': 'no-store', ...draft.headers }, '');
    case 'page':
      return answerOf(draft.status, { ...PAGE_HEADERS, ...draft.headers }, draft.html);
    case 'raw':
      return answerOf(draft.status, { ...draft.headers }, draft.body);
    case 'json':
      return renderJson(draft);
  }
}

const answerOf = (status: number, headers: Headers, body: string, jwts: readonly JwtToSign[] = []): ServerResponse => ({
  status,
  headers,
  body,
  jwts,
});

function renderCallback(draft: Draft & { type: 'callback' }): ServerResponse {
  const { redirectUri, mode, parameters, headers = {}, status = 302 } = draft;
  if (mode === 'form_post')
    return render({ type: 'page', status: 200, html: formPostPage(redirectUri, parameters), headers });
  const separator = mode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?';
  const to = `${redirectUri}${separator}${writeParameters(parameters)}`;
  return render({ type: 'redirect', to, headers, status });
}

const ACCESS_TOKEN: keyof Described<TokenResponse> = 'access_token';

function renderJson({ status, members, headers }: Draft & { type: 'json' }): ServerResponse {
  const jwts: JwtToSign[] = [];
  const texts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (!isJwtDraft(value)) {
      texts[name] = value;
      continue;
    }
    const { header, claims, signWith, withAtHash, spoiled } = value;
    const placeholder = `%jwt:${name}%`;
    const accessToken = withAtHash && texts[ACCESS_TOKEN];
    const atHash = typeof accessToken === 'string' && { atHashOf: accessToken };
    jwts.push({ placeholder, header, claims, signWith, ...(atHash || {}), ...(spoiled && { spoiled }) });
    texts[name] = placeholder;
  }
  return answerOf(status, { ...JSON_HEADERS, ...headers }, JSON.stringify(texts), jwts);
}
