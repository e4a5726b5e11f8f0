/** How the claims of ID Tokens lie. OIDC Core, sections 2, 3.1.3.7 and 12.2. */

import { type Alter, claims, idToken, loginOf, TOKENS } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';

export type IdTokenDeviation =
  | 'id_token_of_another_issuer'
  | 'id_token_issuer_with_suffix'
  | 'id_token_issuer_with_other_slash'
  | 'id_token_for_another_client'
  | 'id_token_audience_with_suffix'
  | 'id_token_audience_empty'
  | 'id_token_with_further_audience'
  | 'id_token_azp_of_another_client'
  | 'id_token_without_sub'
  | 'id_token_with_prototype_sub'
  | 'wrong_nonce'
  | 'nonce_missing'
  | 'nonce_in_array'
  | 'nonce_in_other_case'
  | 'id_token_expired'
  | 'id_token_exp_missing'
  | 'id_token_exp_in_milliseconds'
  | 'id_token_from_the_future'
  | 'id_token_auth_time_missing'
  | 'id_token_auth_time_too_old'
  | 'at_hash_of_another_token'
  | 'id_token_with_events'
  | 'id_token_too_large'
  | 'refreshed_id_token_of_another_person'
  | 'refreshed_id_token_of_an_earlier_login';

const REFUSE = 'Refuse all tokens that came with this ID Token.';
const ISSUER = 'Compare iss with the issuer, letter for letter. OIDC Core, section 3.1.3.7.';
const AUDIENCE = 'Require your client_id in aud, and nobody there whom you do not trust. OIDC Core, section 3.1.3.7.';
const NONCE = 'Compare nonce with the one that was sent. OIDC Core, section 3.1.3.7.';

const lying = (does: string, seen: string, alter: Alter, duty = REFUSE): Deviation => ({
  does,
  seen,
  steps: TOKENS,
  alter,
  duty,
});

const swapped = (text: string): string =>
  text.replace(/[a-z]/gi, (one) => (one < 'a' ? one.toLowerCase() : one.toUpperCase()));

/** Only where a nonce is: the ID Token of a refresh has none. */
const nonce = (does: string, change: (nonce: string) => unknown, seen = 'AT-48'): Deviation =>
  lying(
    does,
    seen,
    claims((all) => (typeof all.nonce === 'string' ? { nonce: change(all.nonce) } : undefined)),
    NONCE,
  );

/** Only where the client asked how old the login is: else it need not look. */
const authTime = (does: string, change: (now: number) => unknown): Deviation =>
  lying(
    does,
    'AT-49',
    claims((_, turn) => (loginOf(turn)?.request.maxAge === undefined ? undefined : { auth_time: change(turn.now) })),
    'Refuse an ID Token whose auth_time is missing or too old, when max_age was asked for.',
  );

const AN_HOUR = 3600;

export const ID_TOKEN: Readonly<Record<IdTokenDeviation, Deviation>> = {
  id_token_of_another_issuer: lying(
    'The ID Token is one of another server.',
    'AT-47, AT-53',
    claims(() => ({ iss: 'https://attacker.example/' })),
    ISSUER,
  ),
  id_token_issuer_with_suffix: lying(
    'The iss of the ID Token is the right one, and one character more.',
    'AT-47',
    claims(({ iss }) => ({ iss: `${iss}1` })),
    ISSUER,
  ),
  id_token_issuer_with_other_slash: lying(
    'The iss of the ID Token differs by the slash at its end.',
    'AT-47',
    claims(({ iss }) => ({ iss: String(iss).endsWith('/') ? String(iss).slice(0, -1) : `${iss}/` })),
    ISSUER,
  ),
  id_token_for_another_client: lying(
    'The ID Token is for another client.',
    'AT-47, AT-53',
    claims(() => ({ aud: 'attacker-client' })),
    AUDIENCE,
  ),
  id_token_audience_with_suffix: lying(
    'The aud of the ID Token only begins with the client_id.',
    'AT-47',
    claims(({ aud }) => ({ aud: `${aud}1` })),
    AUDIENCE,
  ),
  id_token_audience_empty: lying(
    'The ID Token is for nobody.',
    'AT-47',
    claims(() => ({ aud: [] })),
    AUDIENCE,
  ),
  id_token_with_further_audience: lying(
    'The ID Token is for somebody else too.',
    'AT-47',
    claims(({ aud }) => ({ aud: [aud, 'https://attacker.example/'], azp: aud })),
    AUDIENCE,
  ),
  id_token_azp_of_another_client: lying(
    'The ID Token was issued to another client.',
    'AT-47',
    claims(() => ({ azp: 'attacker-client' })),
    'Compare azp, if it is there, with your client_id. OIDC Core, section 3.1.3.7.',
  ),
  id_token_without_sub: lying(
    'The ID Token does not say who the person is.',
    'OIDC Core, section 2',
    claims(() => ({ sub: undefined })),
  ),
  id_token_with_prototype_sub: lying(
    'The ID Token says who the person is in a member __proto__ only.',
    'AT-33',
    idToken((jwt) => {
      const { sub: _, ...others } = jwt.claims;
      return { ...jwt, claims: Object.fromEntries([...Object.entries(others), ['__proto__', { sub: 'admin' }]]) };
    }),
    'Read the own members of a parsed object only, and copy them one by one.',
  ),
  wrong_nonce: nonce('The nonce of the ID Token is the one that was sent, and one character more.', (one) => `${one}1`),
  nonce_missing: nonce(
    'The ID Token has lost its nonce, as where a customized consent page of Doorkeeper drops it.',
    () => undefined,
    'Doorkeeper, AT-48',
  ),
  nonce_in_array: nonce('The nonce of the ID Token stands in an array.', (one) => [one]),
  nonce_in_other_case: nonce('The nonce of the ID Token has small letters for capitals.', swapped),
  id_token_expired: lying(
    'The ID Token expired six minutes ago.',
    'AT-49',
    claims((_, { now }) => ({ iat: now - AN_HOUR, exp: now - 360 })),
  ),
  id_token_exp_missing: lying(
    'The ID Token never expires.',
    'AT-49',
    claims(() => ({ exp: undefined })),
  ),
  id_token_exp_in_milliseconds: lying(
    'The exp of the ID Token counts milliseconds.',
    'AT-49',
    claims(({ exp }) => ({ exp: Number(exp) * 1000 })),
  ),
  id_token_from_the_future: lying(
    'The ID Token will be made in an hour.',
    'AT-49',
    claims((_, { now }) => ({ iat: now + AN_HOUR, exp: now + 2 * AN_HOUR })),
  ),
  // A refresh may leave it out. OIDC Core, section 12.2.
  id_token_auth_time_missing: {
    ...authTime('max_age was asked for, but the ID Token has no auth_time.', () => undefined),
    steps: ['token'],
  },
  id_token_auth_time_too_old: authTime('max_age was asked for, but the person logged in long ago.', (now) => now - 1e8),
  at_hash_of_another_token: lying(
    'The ID Token belongs to another access token.',
    'AT-50',
    idToken(({ withAtHash: _, ...jwt }) => ({ ...jwt, claims: { ...jwt.claims, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' } })),
    'Compare at_hash with the access token that came along. OIDC Core, section 3.1.3.8.',
  ),
  id_token_with_events: lying(
    'The ID Token has the claim events, as logout tokens do.',
    'AT-51',
    claims(() => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })),
  ),
  id_token_too_large: lying(
    'The ID Token is longer than 1 MiB.',
    'AT-34',
    claims(() => ({ padding: 'a'.repeat(1_048_576) })),
  ),
  refreshed_id_token_of_another_person: {
    ...lying(
      'The ID Token of a refresh is about another person.',
      'AT-53',
      claims(({ sub }) => ({ sub: `${sub}1` })),
      'End the session: the tokens belong to somebody else. OIDC Core, section 12.2.',
    ),
    steps: ['refresh'],
  },
  refreshed_id_token_of_an_earlier_login: {
    ...lying(
      'The ID Token of a refresh is older than that of the login.',
      'AT-53',
      claims((_, { now }) => ({ iat: now - 1e8 })),
      'Refuse an ID Token that is older than the one before. OIDC Core, section 12.2.',
    ),
    steps: ['refresh'],
  },
};
