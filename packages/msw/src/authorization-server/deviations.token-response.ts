/** How the members of token responses go wrong. RFC 6749, section 5.1; OIDC Core, sections 3.1.3.3 and 12.2. */

import { type Alter, member, TOKENS, tokens } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import { listOf } from './parameters.ts';

export type TokenResponseDeviation =
  | 'token_type_missing'
  | 'token_type_in_odd_case'
  | 'token_type_null'
  | 'token_type_number'
  | 'token_type_mac'
  | 'token_type_n_a'
  | 'token_type_with_space'
  | 'expires_in_missing'
  | 'expires_in_as_text'
  | 'expires_in_negative'
  | 'expires_in_letters'
  | 'expires_in_letters_after_digits'
  | 'expires_in_empty'
  | 'expires_in_null'
  | 'expires_in_true'
  | 'expires_in_array'
  | 'expires_in_infinite'
  | 'expires_in_huge'
  | 'expires_in_hexadecimal'
  | 'scope_missing_in_answer'
  | 'scope_empty_in_answer'
  | 'scope_dummy_in_answer'
  | 'scope_reduced_in_answer'
  | 'id_token_missing'
  | 'id_token_missing_on_refresh'
  | 'line_break_in_access_token';

/** Clients survive it, or fail cleanly. */
const sloppy = (does: string, seen: string, alter: Alter): Deviation => ({ does, seen, steps: TOKENS, alter });

const REFUSE = 'Refuse the whole answer and use none of its tokens.';

const tokenType = (value: unknown, does: string): Deviation => ({
  ...sloppy(
    does,
    'AT-38',
    tokens(() => ({ token_type: value })),
  ),
  duty: 'Use a token only if its type is Bearer, in any case of letters. RFC 6749, section 7.1.',
});

const expiresIn = (value: unknown): Deviation => ({
  ...sloppy(
    `expires_in is ${JSON.stringify(value)}.`,
    'AT-37',
    tokens(() => ({ expires_in: value })),
  ),
  duty: REFUSE,
});

export const TOKEN_RESPONSE: Readonly<Record<TokenResponseDeviation, Deviation>> = {
  token_type_missing: sloppy(
    'The token response has no token_type.',
    'OpenAuth, AT-38',
    tokens(() => ({ token_type: undefined })),
  ),
  token_type_in_odd_case: sloppy(
    'token_type is written bEARER.',
    'AT-38',
    tokens(() => ({ token_type: 'bEARER' })),
  ),
  token_type_null: tokenType(null, 'token_type is null.'),
  token_type_number: tokenType(1, 'token_type is 1.'),
  token_type_mac: tokenType('mac', 'token_type is mac.'),
  token_type_n_a: tokenType('N_A', 'token_type is N_A, which means that the token is no access token.'),
  token_type_with_space: tokenType('Bearer ', 'token_type is Bearer with a space behind it.'),
  expires_in_missing: sloppy(
    'The token response does not say how long its token is good.',
    'RFC 6749, section 5.1',
    tokens(() => ({ expires_in: undefined })),
  ),
  expires_in_as_text: sloppy(
    'expires_in is a string of digits.',
    'the field',
    tokens(({ expires_in }) => ({ expires_in: String(expires_in) })),
  ),
  expires_in_negative: expiresIn(-1),
  expires_in_letters: expiresIn('abc'),
  expires_in_letters_after_digits: expiresIn('3600abc'),
  expires_in_empty: expiresIn(''),
  expires_in_null: expiresIn(null),
  expires_in_true: expiresIn(true),
  expires_in_array: expiresIn([3600]),
  expires_in_infinite: {
    does: 'expires_in is 1e400, which JSON.parse makes Infinity.',
    seen: 'AT-37',
    steps: TOKENS,
    alter: tokens(() => ({ expires_in: undefined })),
    rewrite: member('"expires_in":1e400'),
    duty: REFUSE,
  },
  expires_in_huge: { ...expiresIn(1e15), does: 'expires_in is beyond every timer and every date: 1e15.' },
  expires_in_hexadecimal: expiresIn('0x10'),
  scope_missing_in_answer: sloppy(
    'The token response does not say what was granted.',
    'several servers',
    tokens(() => ({ scope: undefined })),
  ),
  scope_empty_in_answer: sloppy(
    'The scope of the token response is empty.',
    'Solid CSS',
    tokens(() => ({ scope: '' })),
  ),
  scope_dummy_in_answer: sloppy(
    'The scope of the token response is a word that nobody asked for.',
    'oauth2-mock-server',
    tokens(() => ({ scope: 'dummy' })),
  ),
  scope_reduced_in_answer: sloppy(
    'The scope of the token response lacks offline_access, though a refresh token comes with it.',
    'LemonLDAP::NG, oidc-provider',
    tokens(({ scope }) => ({
      scope: listOf(typeof scope === 'string' ? scope : '')
        .filter((one) => one !== 'offline_access')
        .join(' '),
    })),
  ),
  id_token_missing: {
    does: 'The answer to a code has no ID Token, though openid was asked for.',
    seen: 'servers of OAuth alone',
    steps: ['token'],
    alter: tokens(() => ({ id_token: undefined })),
    duty: 'Log nobody in without the ID Token that was asked for. OIDC Core, section 3.1.3.3.',
  },
  id_token_missing_on_refresh: {
    does: 'The answer to a refresh has no ID Token.',
    seen: 'LemonLDAP::NG',
    steps: ['refresh'],
    alter: tokens(() => ({ id_token: undefined })),
  },
  line_break_in_access_token: {
    does: 'The access token holds a line break and a header.',
    seen: 'AT-36',
    steps: TOKENS,
    alter: tokens(() => ({ access_token: 'abc\r\nX-Evil: 1' })),
    duty: REFUSE,
  },
};
