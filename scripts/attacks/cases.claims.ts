/** AT-47 to AT-50, AT-52: what an ID Token and userinfo say. OpenID Connect Core, sections 3.1.3.7, 3.1.3.8, 5.3.2. */
import type { LoginRequest } from '@proofkey/client';
import type { DeviationName } from '@proofkey/msw';
import type { Case, Variant } from './case.ts';
import { withClaims, withClaimsText, withMembers } from './forged.ts';
import { CLIENT_ID, SUB } from './stage.ts';
import { deviant, KEYS, type LoginMore, login, userinfo } from './ways.ts';
import type { Reply } from './wire.ts';

type Claims = Record<string, unknown>;

/** Well signed by the server's own key, and still wrong. */
const forged = (name: string, reply: Reply, outcome: string, more: LoginMore = {}): Variant =>
  login(name, { replies: { token: reply } }, outcome, more);

const claim = (name: string, value: unknown, outcome: string, more?: LoginMore): Variant =>
  forged(
    `${name}: ${JSON.stringify(value)}`,
    withClaims(() => ({ [name]: value })),
    outcome,
    more,
  );

const changed = (name: string, change: (claims: Claims) => Claims, outcome: string, request?: LoginRequest): Variant =>
  forged(name, withClaims(change), outcome, request && { request });

const refused = (outcome: string, ...deviations: readonly DeviationName[]): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, outcome));

const seconds = (): number => Math.floor(Date.now() / 1000);

const ISS = 'id_token_iss_invalid';
const AUD = 'id_token_aud_invalid';
const EXP = 'id_token_exp_invalid';
const AUTH_TIME = 'id_token_auth_time_invalid';
const MAX_AGE = { request: { maxAge: 0 } } as const;

export const CLAIMS: readonly Case[] = [
  {
    id: 'AT-47',
    title: 'Wrong iss/aud/azp',
    variants: [
      ...refused(ISS, 'id_token_of_another_issuer', 'id_token_issuer_with_suffix', 'id_token_issuer_with_other_slash'),
      changed('iss in capitals', ({ iss }) => ({ iss: String(iss).toUpperCase() }), ISS),
      changed('iss, a part of it', ({ iss }) => ({ iss: String(iss).slice(0, -1) }), ISS),
      changed('iss in an array', ({ iss }) => ({ iss: [iss] }), ISS),
      changed('no iss', () => ({ iss: undefined }), ISS),
      ...refused(
        AUD,
        'id_token_for_another_client',
        'id_token_audience_with_suffix',
        'id_token_audience_empty',
        'id_token_with_further_audience',
      ),
      claim('aud', CLIENT_ID.slice(0, -1), AUD),
      claim('aud', CLIENT_ID.toUpperCase(), AUD),
      claim('aud', [[CLIENT_ID]], AUD),
      claim('aud', { 0: CLIENT_ID, length: 1 }, AUD),
      claim('aud', [`${CLIENT_ID},other`], AUD),
      claim('aud', `${CLIENT_ID} other`, AUD),
      claim('aud', [CLIENT_ID, null], AUD),
      changed('no aud', () => ({ aud: undefined }), AUD),
      ...refused('id_token_azp_invalid', 'id_token_azp_of_another_client'),
      claim('azp', [CLIENT_ID], 'id_token_azp_invalid'),
    ],
  },
  {
    id: 'AT-48',
    title: 'Nonce replay',
    variants: [
      ...refused('id_token_nonce_invalid', 'wrong_nonce', 'nonce_missing', 'nonce_in_array', 'nonce_in_other_case'),
      claim('nonce', 'n-0S6_WzA2Mj-of-another-login', 'id_token_nonce_invalid'),
      claim('nonce', '', 'id_token_nonce_invalid'),
    ],
  },
  {
    id: 'AT-49',
    title: 'Stale or future token',
    variants: [
      ...refused('id_token_expired', 'id_token_expired'),
      ...refused(EXP, 'id_token_exp_missing', 'id_token_exp_in_milliseconds'),
      forged(
        'exp: 1e400',
        withClaimsText((json) => json.replace(/"exp":\d+/, '"exp":1e400')),
        EXP,
      ),
      forged(
        'exp as text',
        withClaimsText((json) => json.replace(/"exp":(\d+)/, '"exp":"$1"')),
        EXP,
      ),
      changed('exp: null', () => ({ exp: null }), EXP),
      ...refused('id_token_iat_invalid', 'id_token_from_the_future'),
      changed('no iat', () => ({ iat: undefined }), 'id_token_iat_invalid'),
      changed('nbf in an hour', () => ({ nbf: seconds() + 3600 }), 'id_token_nbf_invalid'),
      deviant('id_token_auth_time_missing', AUTH_TIME, MAX_AGE),
      deviant('id_token_auth_time_too_old', AUTH_TIME, { request: { maxAge: 3600 } }),
      changed('auth_time in an hour', () => ({ auth_time: seconds() + 3600 }), AUTH_TIME, { maxAge: 3600 }),
    ],
  },
  {
    id: 'AT-50',
    title: 'at_hash of another access token (token substitution)',
    variants: [
      ...refused('id_token_at_hash_invalid', 'at_hash_of_another_token'),
      forged(
        'another access token, the ID Token as it was',
        withMembers(() => ({ access_token: 'access-token-of-the-attacker' })),
        'id_token_at_hash_invalid',
      ),
      claim('at_hash', '', 'id_token_at_hash_invalid'),
      claim('at_hash', null, 'id_token_at_hash_invalid'),
    ].map((variant) => ({ ...variant, asks: KEYS })),
  },
  {
    id: 'AT-52',
    title: 'UserInfo of another user',
    variants: [
      userinfo('userinfo_of_another_person', { deviations: ['userinfo_of_another_person'] }, 'userinfo_sub_mismatch'),
      userinfo('userinfo_without_sub', { deviations: ['userinfo_without_sub'] }, 'userinfo_sub_missing'),
      userinfo('userinfo_sub_is_number', { deviations: ['userinfo_sub_is_number'] }, 'userinfo_sub_missing'),
      userinfo(
        'sub in an array',
        { replies: { userinfo: withMembers(() => ({ sub: [SUB] })) } },
        'userinfo_sub_missing',
      ),
      userinfo('userinfo_is_jwt', { deviations: ['userinfo_is_jwt'] }, 'userinfo_jwt_unexpected'),
    ],
  },
];
