/** How errors look at real servers. RFC 6749, section 5.2; RFC 6750, section 3; RFC 9110, section 11.6.1. */

import { type Alter, refusal, TOKENS } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import type { Draft } from './draft.ts';
import type { Step } from './log.ts';

export type RefusalDeviation =
  | 'errors_are_empty'
  | 'errors_are_plain_text'
  | 'errors_are_message_and_code'
  | 'errors_have_further_members'
  | 'errors_typed_as_html'
  | 'errors_have_unregistered_codes'
  | 'errors_have_markup'
  | 'errors_have_line_breaks'
  | 'errors_are_objects'
  | 'errors_with_status_200'
  | 'errors_with_status_401'
  | 'errors_with_status_403'
  | 'errors_with_status_500'
  | 'errors_are_pages'
  | 'refresh_errors_with_status_500'
  | 'refresh_refused_as_access_denied'
  | 'bearer_challenge_on_token_errors'
  | 'challenge_missing'
  | 'challenge_without_scheme'
  | 'challenge_with_nested_quotes'
  | 'two_challenges_in_one_header'
  | 'challenge_with_prototype_parameter';

/** Where a client waits for an answer, and may get an error. */
const EVERYWHERE: readonly Step[] = [...TOKENS, 'userinfo', 'revoke'];

const sloppy = (does: string, seen: string, alter: Alter, steps = EVERYWHERE): Deviation => ({
  does,
  seen,
  steps,
  alter,
});

const raw = (type: string | undefined, body: (error: string) => string, status?: number): Alter =>
  refusal((draft, error): Draft => {
    const headers = type === undefined ? {} : { 'content-type': type };
    return { type: 'raw', status: status ?? draft.status, body: body(error), headers };
  });

const status = (code: number): Alter => refusal(() => ({ status: code }));

/** What stands in WWW-Authenticate of an answer of the userinfo endpoint. */
const challenge = (does: string, seen: string, value: string | undefined): Deviation =>
  sloppy(
    does,
    seen,
    refusal(({ headers = {} }) => {
      const { 'www-authenticate': _, ...others } = headers;
      return { headers: { ...others, ...(value !== undefined && { 'www-authenticate': value }) } };
    }),
    ['userinfo'],
  );

const UNREGISTERED: Readonly<Record<string, string>> = {
  invalid_grant: 'invalid_code',
  invalid_request: 'unauthorized_request',
  invalid_client: 'unauthorized_request',
};

export const REFUSALS: Readonly<Record<RefusalDeviation, Deviation>> = {
  errors_are_empty: sloppy(
    'Errors have no body and no content-type.',
    'glewlwyd',
    raw(undefined, () => ''),
  ),
  errors_are_plain_text: sloppy(
    'Errors are plain text.',
    'OpenAuth',
    raw('text/plain; charset=UTF-8', (error) => `Error: ${error}`),
  ),
  errors_are_message_and_code: sloppy(
    'Errors have the members message and code, and the status 415.',
    'better-auth',
    raw(
      'application/json',
      (error) => JSON.stringify({ message: 'Unsupported Media Type', code: error.toUpperCase() }),
      415,
    ),
  ),
  errors_have_further_members: sloppy(
    'Errors have members that no standard names.',
    'Solid CSS',
    refusal(({ members, status: statusCode }) => ({
      members: { ...members, name: 'BadRequestHttpError', message: 'Unhandled error', statusCode },
    })),
  ),
  errors_typed_as_html: sloppy(
    'Errors are JSON that is typed text/html.',
    'django-oauth-toolkit',
    refusal(({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } })),
  ),
  errors_have_unregistered_codes: sloppy(
    'Errors have codes that no standard names.',
    'several servers',
    refusal(({ members }, error) => ({ members: { ...members, error: UNREGISTERED[error] ?? error } })),
  ),
  errors_have_markup: sloppy(
    'The description of errors is markup, its address a script.',
    'AT-16',
    refusal(({ members }) => ({
      members: {
        ...members,
        error_description: '<img src=x onerror=alert(1)>',
        error_uri: 'javascript:alert(1)',
      },
    })),
  ),
  errors_have_line_breaks: sloppy(
    'Error codes hold a line break.',
    'AT-36',
    refusal(({ members }) => ({ members: { ...members, error: 'a\r\nb' } })),
  ),
  errors_are_objects: sloppy(
    'The member error is an object.',
    'vendors outside OAuth',
    refusal(({ members }) => ({ members: { error: { message: members['error'] } } })),
  ),
  errors_with_status_200: sloppy('Errors come with the status 200.', 'vendors outside OAuth', status(200), TOKENS),
  errors_with_status_401: sloppy('Errors come with the status 401.', 'several servers', status(401), TOKENS),
  errors_with_status_403: sloppy('Errors come with the status 403.', 'Auth0', status(403), TOKENS),
  errors_with_status_500: sloppy('Errors come with the status 500.', 'several servers', status(500)),
  errors_are_pages: sloppy(
    'Errors are pages, with the status 500.',
    'front-end servers',
    raw('text/html', () => '<h1>oops</h1>', 500),
  ),
  refresh_errors_with_status_500: sloppy(
    'A refresh token that is no good brings 500.',
    'MCP SDK',
    refusal(({ members }) => ({ status: 500, members: { ...members, error: 'server_error' } })),
    ['refresh'],
  ),
  refresh_refused_as_access_denied: sloppy(
    'A refresh token that is no good brings 403 and access_denied.',
    'Auth0',
    refusal(({ members }) => ({ status: 403, members: { ...members, error: 'access_denied' } })),
    ['refresh'],
  ),
  bearer_challenge_on_token_errors: sloppy(
    'Errors of the token endpoint bring a Bearer challenge.',
    'Doorkeeper',
    refusal(({ headers }, error) => ({
      headers: { ...headers, 'www-authenticate': `Bearer realm="Doorkeeper", error="${error}"` },
    })),
    TOKENS,
  ),
  challenge_missing: challenge('401 comes without WWW-Authenticate.', 'glewlwyd, better-auth', undefined),
  challenge_without_scheme: challenge(
    'WWW-Authenticate has parameters without quotation marks, and no scheme.',
    'LemonLDAP::NG',
    'error=invalid_request,error_description=Access token not found in request',
  ),
  challenge_with_nested_quotes: challenge(
    'WWW-Authenticate writes bearer in small letters, and has quotation marks in quotation marks.',
    'Authlib',
    'bearer error="invalid_token", error_description="The access token "x" is expired, revoked, or malformed"',
  ),
  two_challenges_in_one_header: challenge(
    'WWW-Authenticate has two challenges.',
    'oidc-provider',
    'Bearer realm="as", error="invalid_token", DPoP algs="ES256 PS256"',
  ),
  challenge_with_prototype_parameter: challenge(
    'WWW-Authenticate has a parameter __proto__.',
    'RFC 9110, section 11.6.1',
    'Bearer __proto__="x", error="invalid_token"',
  ),
};
