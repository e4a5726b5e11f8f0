/** AT-37, AT-38, AT-42: members of a token response that no server should send, and servers that are busy. RFC 6749. */
import type { DeviationName } from '@proofkey/msw';
import type { Case, Variant } from './case.ts';
import { instead } from './forged.ts';
import { deviant, KEYS, login, METADATA } from './ways.ts';

const MALFORMED = 'malformed_token_response';

const refused = (deviations: readonly DeviationName[], outcome = MALFORMED): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, outcome));

const UNKNOWN_KEYS = { fresh: true, asks: [...METADATA, ...KEYS] } as const;

const BUSY: readonly DeviationName[] = [
  'too_many_requests',
  'too_many_requests_until_date',
  'too_many_requests_negative',
  'too_many_requests_for_years',
];

export const TOKENS: readonly Case[] = [
  {
    id: 'AT-37',
    title: 'Odd `expires_in`',
    variants: refused([
      'expires_in_negative',
      'expires_in_letters',
      'expires_in_letters_after_digits',
      'expires_in_empty',
      'expires_in_null',
      'expires_in_true',
      'expires_in_array',
      'expires_in_infinite',
      'expires_in_huge',
      'expires_in_hexadecimal',
    ]),
  },
  {
    id: 'AT-38',
    title: 'Missing or strange token_type',
    variants: [
      ...refused(['token_type_missing', 'token_type_null', 'token_type_number', 'token_type_with_space']),
      ...refused(['token_type_mac', 'token_type_n_a'], 'unsupported_token_type'),
      deviant('token_type_in_odd_case', 'logged_in', { accepted: true, asks: KEYS }),
    ],
  },
  {
    id: 'AT-42',
    title: '429 / 503 storms',
    // A code is good for one request: nobody waits, and nothing is sent again.
    variants: [
      ...refused(BUSY, 'token_request_refused'),
      deviant('too_many_requests_until_past', 'token_request_refused'),
      login(
        'X-RateLimit-Reset in the past',
        { replies: { token: instead({ status: 429, headers: { 'x-ratelimit-reset': '1' }, body: '' }) } },
        'http_error',
      ),
      deviant('temporarily_unavailable', 'http_error'),
      deviant('key_set_unavailable', 'http_error', UNKNOWN_KEYS),
      login(
        'a key set that breaks off',
        { replies: { keys: (outgoing) => outgoing.destroy() } },
        'key_set_unavailable',
        UNKNOWN_KEYS,
      ),
    ],
  },
];
