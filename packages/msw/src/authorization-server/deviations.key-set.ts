/** How key sets go wrong. RFC 7517, sections 4 and 5; OIDC Core, section 10.1. */
import type { JsonWebKey } from '@proofkey/api';
import { PORTAL, text } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import type { Draft } from './draft.ts';

export type KeySetDeviation =
  | 'key_set_for_encryption'
  | 'key_set_symmetric'
  | 'key_set_empty'
  | 'key_set_of_thousands'
  | 'key_set_with_further_keys'
  | 'key_set_typed_as_jwk_set'
  | 'key_set_is_html'
  | 'key_set_redirects'
  | 'key_set_unavailable';

type Keys = readonly (JsonWebKey & { readonly alg?: string })[];

const keys =
  (change: (keys: Keys) => readonly unknown[]) =>
  (draft: Draft): Draft =>
    draft.type === 'json' && Array.isArray(draft.members['keys'])
      ? { ...draft, members: { ...draft.members, keys: change(draft.members['keys'] as Keys) } }
      : draft;

const hostile = (does: string, seen: string, alter: (draft: Draft) => Draft, duty: string): Deviation => ({
  does,
  seen,
  steps: ['keys'],
  alter,
  duty,
});

/** The public key of RFC 7517, appendix A.1. */
const ELLIPTIC = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

export const KEY_SET: Readonly<Record<KeySetDeviation, Deviation>> = {
  key_set_for_encryption: hostile(
    'All keys are for encryption.',
    'AT-45',
    keys((all) => all.map((one) => ({ ...one, use: 'enc' }))),
    'Verify no signature with a key that is for encryption.',
  ),
  key_set_symmetric: hostile(
    'All keys are symmetric, and known to everybody.',
    'AT-45',
    keys((all) => all.map(({ kid, alg }) => ({ kty: 'oct', k: 'c2VjcmV0', kid, alg }))),
    'Verify no signature with a symmetric key from a key set.',
  ),
  key_set_empty: hostile(
    'There are no keys.',
    'AT-46',
    keys(() => []),
    'Refuse an ID Token whose key is not in the set.',
  ),
  key_set_of_thousands: hostile(
    'There are thousands of keys, the right one last.',
    'AT-78',
    keys((all) => [...Array.from({ length: 2000 }, (_, at) => ({ ...ELLIPTIC, kid: `flood-${at}` })), ...all]),
    'Refuse so many keys: each might have to be tried.',
  ),
  key_set_with_further_keys: {
    does: 'There are more keys, of kinds that nobody needs or knows, and some without kid.',
    seen: 'AT-46',
    steps: ['keys'],
    alter: keys((all) => [
      ELLIPTIC,
      { ...ELLIPTIC, kid: 'next', use: 'sig' },
      { kty: 'AKP', alg: 'ML-DSA-44' },
      ...all,
    ]),
  },
  key_set_typed_as_jwk_set: {
    does: 'The key set is typed application/jwk-set+json.',
    seen: 'RFC 7517, section 8.5.2',
    steps: ['keys'],
    rewrite: text(({ headers }) => ({ headers: { ...headers, 'content-type': 'application/jwk-set+json' } })),
  },
  key_set_is_html: {
    does: 'A captive portal answers for the key set, with a page and 200.',
    seen: 'AT-30',
    steps: ['keys'],
    instead: () => PORTAL,
  },
  key_set_redirects: {
    does: 'The address of the keys redirects to one that only machines in a data centre reach.',
    seen: 'AT-77',
    steps: ['keys'],
    instead: () => ({ type: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' }),
    duty: 'Follow no redirect from the key set.',
  },
  key_set_unavailable: {
    does: 'The key set can not be had just now: 503.',
    seen: 'AT-42',
    steps: ['keys'],
    instead: () => ({ type: 'raw', status: 503, body: '', headers: { 'retry-after': '5' } }),
  },
};
