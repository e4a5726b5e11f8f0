/** An answer whose JWTs are not signed yet -> the answer that leaves. RFC 7515; OIDC Core, section 3.1.3.6. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { encodeBase64url } from '@proofkey/core';
import type { JwtToSign, ServerKey, ServerResponse, SignWith } from './authorization-server.ts';
import { type MockLoginOptions, OptionError } from './options.ts';
import type { Subtle } from './platform.ts';
import { expectPrivateKey, generateKey, readPrivateKey, type SigningKey } from './signing-key.ts';

export interface Signer {
  /** The last one signs. Keys are made when they are first asked for. */
  publicKeys(): Promise<readonly ServerKey[]>;
  /** Signs all JWTs of an answer, in order, and puts them into its body. */
  sign(response: ServerResponse): Promise<ServerResponse>;
  /** A new key of the same algorithm signs from now on; the old ones stay published, or not. */
  rotate(keepOld: boolean): Promise<readonly ServerKey[]>;
}

type KeyOptions = Pick<MockLoginOptions, 'algorithm' | 'keys'>;

/** How many keys are kept; the oldest go first. */
const KEYS = 20;

/** RSA keys take a tenth of a second to make, so all mocks of one process share them: the first, the second, ... */
const sharedKeys = new Map<string, Promise<SigningKey>>();

function shared(subtle: Subtle, alg: string, kid: string): Promise<SigningKey> {
  const known = sharedKeys.get(kid);
  if (known !== undefined) return known;
  const key = generateKey(subtle, alg, kid);
  sharedKeys.set(kid, key);
  return key;
}

/** Which algorithm signs. */
export const algorithmOf = ({ keys, algorithm = 'RS256' }: KeyOptions): string => keys?.at(-1)?.alg ?? algorithm;

/**
 * The keys of one server, and what signs with them.
 *
 * @throws OptionError when `keys` and `algorithm` contradict each other
 */
export function createSigner(options: KeyOptions, subtle: Subtle | undefined): Signer {
  const { keys: given, algorithm } = options;
  if (given !== undefined && !Array.isArray(given)) throw new OptionError('keys', 'it is a list of private JWKs.');
  for (const jwk of given ?? []) expectPrivateKey(jwk);
  const alg = algorithmOf(options);
  if (given?.length === 0) throw new OptionError('keys', 'without a key nothing can be signed. Leave it out.');
  if (algorithm !== undefined && algorithm !== alg)
    throw new OptionError('algorithm', 'the last of the keys is for another one. Leave algorithm out.');
  /** All that ever signed: an answer may leave after its key was replaced. */
  let all: readonly SigningKey[] = [];
  let published: Promise<readonly SigningKey[]> | undefined;
  let made = 0;

  const makeKey = (): Promise<SigningKey> => {
    made += 1;
    const make = alg === 'RS256' || alg === 'PS256' ? shared : generateKey;
    return make(present(subtle), alg, `mock-${alg.toLowerCase()}-${made}`);
  };
  const publish = async (keys: Promise<readonly SigningKey[]>): Promise<readonly SigningKey[]> => {
    const some = await keys;
    all = [...new Set([...all, ...some])].slice(-KEYS);
    return some;
  };
  const readKeys = (jwks: NonNullable<KeyOptions['keys']>): Promise<readonly SigningKey[]> =>
    Promise.all(jwks.map((jwk, at) => readPrivateKey(present(subtle), jwk, at)));
  async function firstKeys(): Promise<readonly SigningKey[]> {
    const keys = given ? await readKeys(given) : [await makeKey()];
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
      throw new OptionError('keys', 'two of them have the same kid.');
    return keys;
  }
  const signing = (): Promise<readonly SigningKey[]> => {
    published ??= publish(firstKeys());
    return published;
  };

  return {
    publicKeys: signing,
    rotate(keepOld) {
      const before = signing();
      published = publish(before.then(async (old) => [...(keepOld ? old.slice(1 - KEYS) : []), await makeKey()]));
      return published;
    },
    async sign(response) {
      if (response.jwts.length === 0) return response;
      await signing();
      const signed = new Map<string, string>();
      for (const jwt of response.jwts) {
        const { signWith } = jwt;
        const foreign = signWith.type === 'foreign_key' ? await foreignKey(present(subtle), signWith.alg) : undefined;
        const own = signWith.type === 'own_key' ? signWith.kid : undefined;
        const key = foreign ?? keyOf(all, own);
        const input = inputOf(embedded(jwt, key), signed);
        const signature = await signatureOf(signWith, key, input);
        signed.set(jwt.placeholder, `${input}.${jwt.spoiled ? spoil(signature) : signature}`);
      }
      return { ...response, body: filled(response.body, signed), jwts: [] };
    },
  };
}

function present(subtle: Subtle | undefined): Subtle {
  if (subtle !== undefined) return subtle;
  throw new OptionError(
    'subtle',
    'there is no WebCrypto here to sign ID Tokens with. Under Jest or Vitest import from @proofkey/msw/node or ' +
      '@proofkey/msw/vitest; on React Native give the subtle of react-native-quick-crypto; in a browser use https or ' +
      'localhost.',
  );
}

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const encoded = (value: object): string => encodeBase64url(octetsOf(JSON.stringify(value)));

/** A text whose placeholders are replaced by the JWTs that are signed already. */
const filled = (text: string, signed: ReadonlyMap<string, string>): string =>
  [...signed].reduce((before, [placeholder, token]) => before.split(placeholder).join(token), text);

/** What is signed. RFC 7515, section 5.1. */
function inputOf({ header, claims, atHashOf }: JwtToSign, signed: ReadonlyMap<string, string>): string {
  const { alg } = header as { alg?: unknown };
  const hashed = atHashOf !== undefined && { at_hash: atHash(filled(atHashOf, signed), alg) };
  return `${encoded(header)}.${encoded({ ...claims, ...(hashed || {}) })}`;
}

/** The left half of the hash that the algorithm of the ID Token names. OIDC Core, section 3.1.3.6. */
function atHash(accessToken: string, alg: unknown): string {
  const name = String(alg);
  const hash = /512$|^Ed/.test(name) ? sha512 : name.endsWith('384') ? sha384 : sha256;
  const digest = hash(octetsOf(accessToken));
  return encodeBase64url(digest.subarray(0, digest.length / 2));
}

/** One that no server of this process ever published. */
const foreignKey = (subtle: Subtle, alg: string): Promise<SigningKey> => shared(subtle, alg, `foreign-${alg}`);

/** A JWT may bring its key along. RFC 7515, section 4.1.3. */
const embedded = (jwt: JwtToSign, { jwk }: SigningKey): JwtToSign =>
  jwt.signWith.type === 'foreign_key' && jwt.signWith.embedded ? { ...jwt, header: { ...jwt.header, jwk } } : jwt;

async function signatureOf(signWith: SignWith, key: SigningKey, input: string): Promise<string> {
  switch (signWith.type) {
    case 'nothing':
      return '';
    case 'hmac':
      return encodeBase64url(hmac(sha256, octetsOf(signWith.secret ?? (await key.pem())), octetsOf(input)));
    default:
      return key.signatureOf(input);
  }
}

/** The key of that name; the newest when it has none. */
function keyOf(all: readonly SigningKey[], kid: string | undefined): SigningKey {
  const key = kid === undefined ? all.at(-1) : all.find((one) => one.kid === kid);
  if (key === undefined) throw new Error(`The mock login server has no key ${kid ?? ''} any more.`);
  return key;
}

/** One bit of the first octet turned over: the first base64url character holds six bits of it. */
const spoil = (signature: string): string =>
  signature.replace(/^./, (first) => ALPHABET.charAt(ALPHABET.indexOf(first) ^ 1));

/** RFC 4648, section 5. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
