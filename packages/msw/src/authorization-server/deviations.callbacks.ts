/** How the redirects of real servers differ, without an attack. RFC 6749, section 4.1.2; OAuth 2.0 Form Post. */

import { callbackWith, TO_CLIENT } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import type { Draft } from './draft.ts';
import { parameterOf } from './parameters.ts';
import type { Turn } from './turn.ts';

export type CallbackDeviation =
  | 'state_missing_in_errors'
  | 'state_empty_when_none_was_sent'
  | 'odd_state_refused'
  | 'iss_not_supported'
  | 'iss_not_advertised'
  | 'callback_parameters_in_another_order'
  | 'session_state_in_callback'
  | 'code_with_reserved_characters'
  | 'form_post_ignored'
  | 'every_response_mode_ignored'
  | 'form_post_double_encoded'
  | 'authorize_by_script_is_json'
  | 'error_description_is_json'
  | 'markup_in_callback_error'
  | 'line_break_in_callback_error'
  | 'loopback_redirects_refused'
  | 'private_use_redirects_refused';

const asked = ({ query, form }: Turn, name: string): string | undefined =>
  parameterOf(query, name) ?? parameterOf(form, name);

/** Refuses redirect URIs that look like this, on a page. */
const refuses =
  (kind: RegExp) =>
  (turn: Turn): Draft | undefined =>
    kind.test(asked(turn, 'redirect_uri') ?? '')
      ? { type: 'page', status: 400, html: '<!doctype html><title>Error</title><p>invalid_redirect_uri</p>' }
      : undefined;

/** As zod prints what it did not like. */
const ISSUES = `[
  {
    "code": "invalid_type",
    "expected": "string",
    "path": ["state"],
    "message": "Required <state>"
  }
]`;

export const CALLBACKS: Readonly<Record<CallbackDeviation, Deviation>> = {
  state_missing_in_errors: {
    does: 'Errors come back without state.',
    seen: 'OpenAuth, Authlib, AT-03',
    steps: TO_CLIENT,
    rules: { stateInErrors: false },
  },
  state_empty_when_none_was_sent: {
    does: 'The callback has an empty state when the request had none.',
    seen: 'OpenAuth',
    steps: TO_CLIENT,
    alter: (draft) =>
      draft.type === 'callback' && draft.parameters['state'] === undefined
        ? { ...draft, parameters: { ...draft.parameters, state: '' } }
        : draft,
  },
  odd_state_refused: {
    does: 'A state with other characters than printable ASCII is refused, and left out of the error.',
    seen: 'node-oauth2-server',
    steps: TO_CLIENT,
    alter: callbackWith('code', ({ state = '' }) =>
      /^[ -~]*$/.test(state) ? {} : { code: undefined, state: undefined, error: 'invalid_request' },
    ),
  },
  iss_not_supported: {
    does: 'Callbacks have no iss, and nobody says that they do.',
    seen: 'servers without RFC 9207, AT-06',
    steps: [...TO_CLIENT, 'metadata'],
    rules: { issInResponse: false, issAdvertised: false },
  },
  iss_not_advertised: {
    does: 'Callbacks have an iss, but the metadata do not say so.',
    seen: 'glewlwyd',
    steps: ['metadata'],
    rules: { issAdvertised: false },
  },
  callback_parameters_in_another_order: {
    does: 'The parameters of a callback come in another order.',
    seen: 'LemonLDAP::NG',
    steps: TO_CLIENT,
    alter: (draft) =>
      draft.type === 'callback'
        ? { ...draft, parameters: Object.fromEntries(Object.entries(draft.parameters).reverse()) }
        : draft,
  },
  session_state_in_callback: {
    does: 'The callback has a parameter that nobody asked for.',
    seen: 'LemonLDAP::NG',
    steps: TO_CLIENT,
    alter: callbackWith('code', () => ({ session_state: 'bd5a2c4f.8a1b' })),
  },
  code_with_reserved_characters: {
    does: 'Codes hold characters that have to be encoded in a form.',
    seen: 'workers-oauth-provider',
    steps: TO_CLIENT,
    rules: { codePrefix: 'user:grant+1/' },
  },
  form_post_ignored: {
    does: 'response_mode=form_post is ignored: the answer comes in the query.',
    seen: 'better-auth, OpenAuth, django-oauth-toolkit',
    steps: [...TO_CLIENT, 'metadata'],
    rules: { responseModes: ['query', 'fragment'] },
  },
  every_response_mode_ignored: {
    does: 'response_mode is ignored: the answer always comes in the query.',
    seen: 'several servers',
    steps: [...TO_CLIENT, 'metadata'],
    rules: { responseModes: ['query'] },
  },
  form_post_double_encoded: {
    does: 'The values of a form_post answer are percent-encoded once more.',
    seen: 'glewlwyd',
    steps: TO_CLIENT,
    alter: (draft) =>
      draft.type === 'callback' && draft.mode === 'form_post'
        ? {
            ...draft,
            parameters: Object.fromEntries(
              Object.entries(draft.parameters).map(([name, value]) => [name, encodeURIComponent(value)]),
            ),
          }
        : draft,
  },
  authorize_by_script_is_json: {
    does: 'A request by script gets 200 with JSON that says where to go, in place of a redirect.',
    seen: 'better-auth',
    steps: TO_CLIENT,
    rewrite: (response, { headers }) => {
      const { location, ...others } = response.headers;
      const isNavigation = [undefined, 'navigate'].includes(headers['sec-fetch-mode']);
      if (location === undefined || isNavigation) return response;
      return {
        ...response,
        status: 200,
        headers: { ...others, 'content-type': 'application/json' },
        body: JSON.stringify({ redirect: true, url: location }),
      };
    },
  },
  error_description_is_json: {
    does: 'The error_description of a callback is JSON of many lines.',
    seen: 'MCP SDK',
    steps: TO_CLIENT,
    alter: callbackWith('error', () => ({ error_description: ISSUES })),
  },
  markup_in_callback_error: {
    does: 'The error of a callback brings markup and a javascript: address.',
    seen: 'AT-16',
    steps: TO_CLIENT,
    alter: callbackWith('error', () => ({
      error_description: '<img src=x onerror=alert(1)>',
      error_uri: 'javascript:alert(1)',
    })),
  },
  line_break_in_callback_error: {
    does: 'The error code of a callback holds a line break and a forged log entry.',
    seen: 'AT-36',
    steps: TO_CLIENT,
    alter: callbackWith('error', ({ error }) => ({ error: `${error}\r\nINFO forged` })),
  },
  loopback_redirects_refused: {
    does: 'Redirect URIs with http are refused, those on loopback too.',
    seen: 'better-auth',
    steps: ['authorize'],
    instead: refuses(/^http:/),
  },
  private_use_redirects_refused: {
    does: 'Redirect URIs of private-use schemes are refused.',
    seen: 'workers-oauth-provider',
    steps: ['authorize'],
    instead: refuses(/^(?!https?:)/),
  },
};
