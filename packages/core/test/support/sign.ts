/** An answer whose JWTs are not signed yet, private keys -> the answer that leaves, at once. RFC 7515; OIDC Core 3.1.3.6. */
import { createHmac, createPublicKey } from 'node:crypto';
import type { JwtToSign, ServerResponse } from '@proofkey/msw/authorization-server';
import type { HttpResponse } from '../../src/index.ts';
import { base64url, type Claims, halfHash, inputOf, type SigningKey, sealOf, signingKey } from './signing.ts';

/** RSA keys take a tenth of a second to make. */
const foreignKeys = new Map<string, SigningKey>();

function foreignKey(alg: string): SigningKey {
  const key = foreignKeys.get(alg) ?? signingKey(alg, 'foreign');
  foreignKeys.set(alg, key);
  return key;
}

/**
 * Signs every JWT of an answer, in order, and puts it in its place.
 *
 * @param change what a test has to say about the JWT that `placeholder` stands for, `at_hash` included
 */
export function signed(
  { status, headers, body, jwts }: ServerResponse,
  keys: readonly SigningKey[],
  change: (jwt: JwtToSign) => JwtToSign = (jwt) => jwt,
): HttpResponse {
  const tokens = new Map<string, string>();
  const filled = (text: string): string =>
    [...tokens].reduce((all, [placeholder, token]) => all.replaceAll(placeholder, token), text);
  for (const { atHashOf, ...jwt } of jwts) {
    const alg = String(jwt.header['alg']);
    const hashed = atHashOf !== undefined && { at_hash: halfHash(filled(atHashOf), alg) };
    tokens.set(jwt.placeholder, tokenOf(change({ ...jwt, claims: { ...jwt.claims, ...hashed } }), keys));
  }
  return { status, headers, body: filled(body) };
}

function tokenOf({ header, claims, signWith, spoiled }: JwtToSign, keys: readonly SigningKey[]): string {
  const sealed = (key: SigningKey, members: Claims = {}): string => {
    const input = inputOf(claims, { ...header, ...members });
    const seal = sealOf(input, key);
    if (spoiled) seal[0] = (seal[0] ?? 0) ^ 1;
    return `${input}.${base64url(seal)}`;
  };
  switch (signWith.type) {
    case 'nothing':
      return `${inputOf(claims, header)}.`;
    case 'own_key':
      return sealed(ownKey(keys, signWith.kid));
    case 'foreign_key': {
      const key = foreignKey(signWith.alg);
      return sealed(key, signWith.embedded ? { jwk: key.jwk } : {});
    }
    case 'hmac': {
      const input = inputOf(claims, header);
      const secret = signWith.secret ?? pemOf(ownKey(keys));
      return `${input}.${base64url(createHmac('sha256', secret).update(input).digest())}`;
    }
  }
}

function ownKey(keys: readonly SigningKey[], kid = keys.at(-1)?.kid): SigningKey {
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new Error(`the server has no key ${kid}`);
  return key;
}

const pemOf = ({ privateKey }: SigningKey): string | Buffer =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
