/** How authorization responses attack. RFC 6749, sections 4.1.2 and 10.12; RFC 9207; RFC 9700, section 4. */

import {
  type Alter,
  before,
  callbackWith,
  deliveredTo,
  location,
  type Rewrite,
  TO_CLIENT,
} from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';

export type FrontChannelDeviation =
  | 'wrong_issuer'
  | 'iss_missing_though_advertised'
  | 'state_missing'
  | 'state_of_another_login'
  | 'state_with_suffix'
  | 'callback_is_forged_error'
  | 'callback_with_attackers_code'
  | 'callback_repeats_code'
  | 'callback_starts_with_another_code'
  | 'callback_repeats_state'
  | 'callback_repeats_iss'
  | 'error_beside_code'
  | 'token_in_callback'
  | 'token_in_callback_fragment'
  | 'callback_in_other_part_of_url'
  | 'callback_beside_redirect_uri'
  | 'callback_below_redirect_uri'
  | 'callback_on_another_host'
  | 'callback_on_another_port'
  | 'callback_without_tls'
  | 'line_break_in_code'
  | 'oversized_callback'
  | 'prototype_names_in_callback';

const REFUSE = 'Refuse this callback and send the code nowhere.';

const parameters = (does: string, seen: string, alter: Alter, duty = REFUSE): Deviation => ({
  does,
  seen,
  steps: TO_CLIENT,
  alter,
  duty,
});

const raw = (does: string, seen: string, rewrite: Rewrite, duty = REFUSE): Deviation => ({
  does,
  seen,
  steps: TO_CLIENT,
  rewrite,
  duty,
});

/** Octets of the longest callback that anybody needs, and then some. */
const PADDING = 'a'.repeat(70_000);

export const FRONT_CHANNEL: Readonly<Record<FrontChannelDeviation, Deviation>> = {
  wrong_issuer: parameters(
    'The callback carries the iss of another server.',
    'AT-05, AT-07',
    callbackWith('iss', () => ({ iss: 'https://attacker.example/' })),
    'Compare iss with the issuer that was asked, and send the code nowhere. RFC 9207, section 2.4.',
  ),
  iss_missing_though_advertised: parameters(
    'The callback has no iss, though the metadata promise one.',
    'AT-06',
    callbackWith('iss', () => ({ iss: undefined })),
    'Refuse a callback without iss when the metadata promise one. RFC 9207, section 2.4.',
  ),
  state_missing: parameters(
    'The callback has lost its state.',
    'AT-02',
    callbackWith('code', () => ({ state: undefined })),
  ),
  state_of_another_login: parameters(
    'The callback belongs to a login that somebody else began.',
    'AT-01, AT-21',
    callbackWith('code', () => ({ state: 'ATTACKER_STATE' })),
  ),
  state_with_suffix: parameters(
    'The state of the callback is the one that was sent, and one character more.',
    'AT-01',
    callbackWith('code', ({ state = '' }) => ({ state: `${state}1` })),
  ),
  callback_is_forged_error: parameters(
    'An error arrives that the server never sent, with a state that is not the one of the login.',
    'AT-03',
    callbackWith('code', () => ({ code: undefined, iss: undefined, error: 'access_denied', state: 'wrong' })),
    'Ignore it and go on waiting for the real callback.',
  ),
  callback_with_attackers_code: {
    // The client can not see it: that the verifier does not fit is for the server to find.
    does: 'The code in the callback was replaced by one that the attacker has.',
    seen: 'AT-04',
    steps: TO_CLIENT,
    alter: callbackWith('code', () => ({ code: 'ATTACKER_CODE' })),
  },
  callback_repeats_code: raw(
    'The callback has a second code behind the first.',
    'AT-08',
    location((url) => url.replace(/([?&#]code=[^&#]*)/, '$1&code=evil')),
  ),
  callback_starts_with_another_code: raw(
    'The callback has a second code before the real one.',
    'AT-08',
    before('code=evil&'),
  ),
  callback_repeats_state: raw(
    'The callback has a second state behind the first.',
    'AT-08',
    location((url) => url.replace(/([?&#]state=[^&#]*)/, '$1&state=evil')),
  ),
  callback_repeats_iss: raw(
    'The callback has its iss twice.',
    'AT-08',
    location((url) => url.replace(/([?&#])(iss=[^&#]*)/, '$1$2&$2')),
  ),
  error_beside_code: parameters(
    'The callback has a code and an error.',
    'AT-09',
    callbackWith('code', () => ({ error: 'access_denied' })),
  ),
  token_in_callback: parameters(
    'The callback brings an access token beside the code.',
    'AT-10',
    callbackWith('code', () => ({ access_token: 'EVIL', token_type: 'Bearer' })),
  ),
  token_in_callback_fragment: raw(
    'The callback brings an access token in its fragment, and the code in its query.',
    'AT-10',
    location((url) => `${url}${url.includes('#') ? '&' : '#'}access_token=EVIL&token_type=Bearer`),
  ),
  callback_in_other_part_of_url: parameters(
    'The answer stands in the fragment, though the query was asked for.',
    'AT-11',
    (draft) =>
      draft.type === 'callback' && draft.parameters['code'] !== undefined && draft.mode !== 'form_post'
        ? { ...draft, mode: draft.mode === 'fragment' ? 'query' : 'fragment' }
        : draft,
  ),
  callback_beside_redirect_uri: parameters(
    'The callback goes to an address that begins like the redirect URI.',
    'AT-13',
    deliveredTo((uri) => uri.replace(/(?=\?|$)/, '.evil')),
  ),
  callback_below_redirect_uri: parameters(
    'The callback goes to an address that leads out of the redirect URI.',
    'AT-13',
    deliveredTo((uri) => uri.replace(/(?=\?|$)/, '/../admin')),
  ),
  callback_on_another_host: parameters(
    'The callback goes to a host that has the right one as its user name.',
    'AT-13',
    deliveredTo((uri) => uri.replace(/^(https?:\/\/[^/?]+)/, '$1@evil.example')),
  ),
  callback_on_another_port: parameters(
    'The callback goes to another port.',
    'AT-13',
    deliveredTo((uri) => uri.replace(/^(https?:\/\/[^/?:]+)(:\d+)?/, '$1:8443')),
  ),
  callback_without_tls: parameters(
    'The callback goes to http instead of https.',
    'AT-13',
    deliveredTo((uri) => uri.replace(/^https:/, 'http:')),
  ),
  line_break_in_code: parameters(
    'The code holds a line break and a header.',
    'AT-14, AT-36',
    callbackWith('code', () => ({ code: 'abc\r\nX:1' })),
  ),
  oversized_callback: parameters(
    'The query of the callback is 70,000 octets long.',
    'AT-17',
    callbackWith('code', () => ({ padding: PADDING })),
    'Refuse so long a callback unread.',
  ),
  prototype_names_in_callback: {
    does: 'The callback has parameters named like members of every object.',
    seen: 'AT-15',
    steps: TO_CLIENT,
    rewrite: before('__proto__=x&__proto__[polluted]=1&constructor=y&'),
  },
};
