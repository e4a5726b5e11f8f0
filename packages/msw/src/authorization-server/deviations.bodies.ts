/** How the bodies of token responses go wrong, and what comes in their place. RFC 8259; RFC 9110, section 8.3. */

import { member, PORTAL, type Rewrite, TOKENS, text } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import { type Draft, errorDraft } from './draft.ts';

export type BodyDeviation =
  | 'token_answer_is_html'
  | 'token_answer_typed_as_html'
  | 'token_answer_without_content_type'
  | 'token_answer_typed_as_jsonp'
  | 'token_answer_typed_in_odd_case'
  | 'token_answer_is_form'
  | 'token_answer_truncated'
  | 'token_answer_with_trailing_text'
  | 'token_answer_in_array'
  | 'token_answer_is_null'
  | 'token_answer_is_array'
  | 'token_answer_is_text'
  | 'token_answer_is_empty'
  | 'token_answer_is_no_content'
  | 'token_answer_nested_deeply'
  | 'token_answer_with_bom'
  | 'token_answer_with_prototype_member'
  | 'token_answer_too_large'
  | 'token_endpoint_redirects'
  | 'token_endpoint_redirects_with_302'
  | 'token_endpoint_redirects_to_http'
  | 'dpop_nonce_demanded'
  | 'dpop_nonce_demanded_for_ever'
  | 'too_many_requests'
  | 'too_many_requests_until_date'
  | 'too_many_requests_negative'
  | 'too_many_requests_for_years'
  | 'too_many_requests_until_past'
  | 'temporarily_unavailable';

const REFUSE = 'Refuse what is no JSON object of application/json, whatever stands in it.';

/** The tokens are in there, for who looks at it carelessly. */
const spoiled = (does: string, seen: string, rewrite: Rewrite): Deviation => ({
  does,
  seen,
  steps: TOKENS,
  rewrite,
  duty: REFUSE,
});

const typed = (type: string | undefined): Rewrite =>
  text(({ headers: { 'content-type': _, ...others } }) => ({
    headers: { ...others, ...(type !== undefined && { 'content-type': type }) },
  }));

/** The endpoint is never asked, and nothing is believed because nothing is given. */
const never = (does: string, seen: string, draft: Draft): Deviation => ({
  does,
  seen,
  steps: TOKENS,
  instead: () => draft,
});

/** The tokens were issued, but the body does not have them. */
const lost = (does: string, body: string, status = 200): Deviation => ({
  does,
  seen: 'AT-32',
  steps: TOKENS,
  alter: (draft) =>
    draft.type === 'json' && draft.status === 200
      ? { type: 'raw', status, body, headers: { 'content-type': 'application/json' } }
      : draft,
});

const limited = (does: string, headers: Readonly<Record<string, string>>): Deviation =>
  never(
    `429 to every token request: ${does}`,
    'MCP SDK, AT-42',
    errorDraft(429, 'slow_down', 'There were too many requests.', headers),
  );

const redirected = (status: number, to = 'https://attacker.example/token'): Deviation =>
  never(`The token endpoint redirects to ${to} with ${status}.`, 'AT-29', { type: 'redirect', status, to });

const MEGABYTE = 1_048_576;

export const BODIES: Readonly<Record<BodyDeviation, Deviation>> = {
  token_answer_is_html: never('A captive portal answers the token request with a page and 200.', 'AT-30', PORTAL),
  token_answer_typed_as_html: spoiled('The token response is typed text/html.', 'AT-31', typed('text/html')),
  token_answer_without_content_type: spoiled('The token response has no content-type.', 'AT-31', typed(undefined)),
  token_answer_typed_as_jsonp: spoiled(
    'The token response is typed application/jsonp.',
    'AT-31',
    typed('application/jsonp'),
  ),
  token_answer_typed_in_odd_case: {
    does: 'The content-type of the token response is Application/JSON.',
    seen: 'AT-31',
    steps: TOKENS,
    rewrite: typed('Application/JSON'),
  },
  token_answer_is_form: {
    does: 'The token response is a form.',
    seen: 'GitHub, formerly',
    steps: TOKENS,
    alter: (draft) =>
      draft.type === 'json' && draft.status === 200
        ? {
            type: 'raw',
            status: 200,
            body: 'access_token=abc&token_type=bearer',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          }
        : draft,
  },
  token_answer_truncated: spoiled(
    'The JSON of the token response stops before its end.',
    'AT-32',
    text(({ body }) => ({ body: body.slice(0, -1) })),
  ),
  token_answer_with_trailing_text: spoiled(
    'Text follows the JSON of the token response.',
    'AT-32',
    text(({ body }) => ({ body: `${body}x` })),
  ),
  token_answer_in_array: spoiled(
    'The token response stands in an array.',
    'AT-32',
    text(({ body }) => ({ body: `[${body}]` })),
  ),
  token_answer_is_null: lost('The body of the token response is null.', 'null'),
  token_answer_is_array: lost('The body of the token response is an empty array.', '[]'),
  token_answer_is_text: lost('The body of the token response is a string.', '"x"'),
  token_answer_is_empty: lost('The body of the token response is empty.', ''),
  token_answer_is_no_content: lost('The token response is 204.', '', 204),
  token_answer_nested_deeply: lost('The token response is 100,000 arrays in each other.', '['.repeat(100_000)),
  token_answer_with_bom: {
    // Whoever reads a body as UTF-8 never sees it, so that nobody can be told to refuse it.
    does: 'A byte order mark stands before the JSON of the token response.',
    seen: 'AT-32',
    steps: TOKENS,
    rewrite: text(({ body }) => ({ body: `\uFEFF${body}` })),
  },
  token_answer_with_prototype_member: {
    does: 'The token response has a member __proto__ with another refresh token.',
    seen: 'AT-33',
    steps: TOKENS,
    rewrite: member('"__proto__":{"refresh_token":"evil"}'),
  },
  token_answer_too_large: {
    ...spoiled('The token response is 2 MiB long.', 'AT-34', member(`"padding":"${'a'.repeat(2 * MEGABYTE)}"`)),
    duty: 'Stop reading a body that is too long.',
  },
  token_endpoint_redirects: {
    ...redirected(307),
    duty: 'Follow no redirect of the token endpoint: the code_verifier or the refresh token would go along.',
  },
  token_endpoint_redirects_with_302: {
    ...redirected(302),
    duty: 'Follow no redirect of the token endpoint.',
  },
  token_endpoint_redirects_to_http: {
    ...redirected(307, 'http://attacker.example/token'),
    duty: 'Follow no redirect of the token endpoint.',
  },
  dpop_nonce_demanded: never(
    'Every token request is refused with use_dpop_nonce, without a nonce.',
    'AT-40',
    errorDraft(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof'),
  ),
  dpop_nonce_demanded_for_ever: never(
    'Every token request is refused with use_dpop_nonce and a nonce, however often it is sent.',
    'AT-40',
    errorDraft(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof', {
      'dpop-nonce': 'eyJ7S_zG.eyJH0-Z.HX4w-7v',
    }),
  ),
  too_many_requests: limited('in 5 seconds again.', { 'retry-after': '5' }),
  too_many_requests_until_date: limited('again at a date.', { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' }),
  too_many_requests_negative: limited('in -1 seconds again.', { 'retry-after': '-1' }),
  too_many_requests_for_years: limited('in three years again.', { 'retry-after': '99999999' }),
  too_many_requests_until_past: limited('again at a moment that is over.', { 'x-ratelimit-reset': '1' }),
  temporarily_unavailable: never('503 to every token request, with a page.', 'AT-42', {
    type: 'page',
    status: 503,
    html: '<h1>Service Unavailable</h1>',
  }),
};
