/** How ID Tokens are signed wrongly. RFC 8725, section 3.1; OIDC Core, section 3.1.3.7. */

import { type Alter, idToken, TOKENS } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';
import type { JwtDraft } from './draft.ts';
import type { SignWith } from './http.ts';

export type SignatureDeviation =
  | 'bad_signature'
  | 'id_token_unsigned'
  | 'id_token_alg_none'
  | 'id_token_alg_none_capitalized'
  | 'id_token_alg_none_in_odd_case'
  | 'id_token_alg_null'
  | 'id_token_alg_empty'
  | 'id_token_alg_missing'
  | 'id_token_hmac_with_public_key'
  | 'id_token_hmac_with_client_id'
  | 'id_token_hmac_with_nothing'
  | 'id_token_signed_by_another_key'
  | 'id_token_brings_its_own_key'
  | 'id_token_names_address_of_key'
  | 'id_token_names_address_of_certificate'
  | 'id_token_without_kid'
  | 'id_token_with_unknown_kid'
  | 'id_token_typed_as_access_token'
  | 'id_token_typed_as_logout_token';

const hostile = (does: string, seen: string, alter: Alter, duty: string): Deviation => ({
  does,
  seen,
  steps: TOKENS,
  alter,
  duty,
});

const CHECK = 'Check the signature of the ID Token, and refuse all tokens that came with a wrong one.';
const NO_SIGNATURE = 'Accept only algorithms that you expect; none is never one of them. RFC 8725, section 3.1.';
const ASYMMETRIC = 'Accept only algorithms that you expect; with a public key, never HMAC. RFC 8725, section 2.1.';
const OWN_KEYS = 'Take keys from the jwks_uri of the metadata, never from the token. RFC 8725, section 3.10.';

/** Nothing makes the signature, and there is no hash function that at_hash could be made with. */
function unsigned({ type, header, claims }: JwtDraft, alg: unknown): JwtDraft {
  const { alg: _, kid: __, ...others } = header;
  return { type, header: { ...(alg !== undefined && { alg }), ...others }, claims, signWith: { type: 'nothing' } };
}

const none = (alg: unknown): Deviation =>
  hostile(
    `The ID Token has no signature, and its alg is ${alg === undefined ? 'left out' : JSON.stringify(alg)}.`,
    'AT-43',
    idToken((jwt) => unsigned(jwt, alg)),
    NO_SIGNATURE,
  );

const hmac = (does: string, secret: (claims: JwtDraft['claims']) => string | null): Deviation =>
  hostile(
    does,
    'AT-44',
    idToken((jwt) => {
      const { kid: _, ...header } = jwt.header;
      return { ...jwt, header: { ...header, alg: 'HS256' }, signWith: { type: 'hmac', secret: secret(jwt.claims) } };
    }),
    ASYMMETRIC,
  );

const ATTACKER: SignWith & { readonly type: 'foreign_key' } = { type: 'foreign_key', alg: '' };

/** Signed by the attacker, with these members in the header. */
const foreign = (
  does: string,
  members: Readonly<Record<string, unknown>>,
  more: Partial<typeof ATTACKER> = {},
): Deviation =>
  hostile(
    does,
    'AT-45',
    idToken((jwt) => ({
      ...jwt,
      header: { ...jwt.header, ...members },
      signWith: { ...ATTACKER, ...more, alg: String(jwt.header['alg']) },
    })),
    OWN_KEYS,
  );

const typed = (typ: string, does: string): Deviation =>
  hostile(
    does,
    'AT-51',
    idToken((jwt) => ({ ...jwt, header: { ...jwt.header, typ } })),
    'Refuse a token that says it is of another kind. RFC 8725, section 3.11.',
  );

export const SIGNATURE: Readonly<Record<SignatureDeviation, Deviation>> = {
  bad_signature: hostile(
    'One bit of the signature of the ID Token is turned over.',
    'OIDC Core, section 3.1.3.7',
    idToken((jwt) => ({ ...jwt, spoiled: true })),
    CHECK,
  ),
  id_token_unsigned: hostile(
    'The signature of the ID Token is empty.',
    'AT-43',
    idToken((jwt) => ({ ...jwt, signWith: { type: 'nothing' } })),
    CHECK,
  ),
  id_token_alg_none: none('none'),
  id_token_alg_none_capitalized: none('None'),
  id_token_alg_none_in_odd_case: none('nOnE'),
  id_token_alg_null: none(null),
  id_token_alg_empty: none(''),
  id_token_alg_missing: none(undefined),
  id_token_hmac_with_public_key: hmac('The ID Token is signed by HMAC with the PEM of the public key.', () => null),
  id_token_hmac_with_client_id: hmac('The ID Token is signed by HMAC with the client_id.', ({ aud }) => String(aud)),
  id_token_hmac_with_nothing: hmac('The ID Token is signed by HMAC with an empty key.', () => ''),
  id_token_signed_by_another_key: foreign('The ID Token has the right kid, but another key has signed it.', {}),
  id_token_brings_its_own_key: foreign(
    'The ID Token brings the key that has signed it as jwk.',
    {},
    { embedded: true },
  ),
  id_token_names_address_of_key: foreign('The ID Token says at which address its key is, as jku.', {
    jku: 'https://attacker.example/jwks.json',
  }),
  id_token_names_address_of_certificate: foreign('The ID Token says at which address its certificate is, as x5u.', {
    x5u: 'https://attacker.example/certificate.pem',
  }),
  id_token_without_kid: {
    does: 'The ID Token does not say which key has signed it.',
    seen: 'AT-46',
    steps: TOKENS,
    alter: idToken((jwt) => {
      const { kid: _, ...header } = jwt.header;
      return { ...jwt, header };
    }),
  },
  id_token_with_unknown_kid: hostile(
    'Every ID Token names another key, that nobody has published.',
    'AT-46, AT-78',
    idToken((jwt, { random }) => ({ ...jwt, header: { ...jwt.header, kid: random() } })),
    'Fetch the key set once more, then refuse; not for every such token again.',
  ),
  id_token_typed_as_access_token: typed('at+jwt', 'The ID Token says that it is an access token.'),
  id_token_typed_as_logout_token: typed('logout+jwt', 'The ID Token says that it is a logout token.'),
};
