/** Signature verifiers with one fault each, around one that knows the valid signatures of the contract by heart. */
import type { SignatureToVerify, SignatureVerifier } from '@proofkey/client';
import { type BrokenPort, brokenPort } from './broken-port.ts';
import { signatureVerifier, VALID } from './signature-verifier.ts';

const SENTENCES = signatureVerifier.map(({ name }) => name.slice('signatureVerifier '.length));
const ACCEPTS = SENTENCES.filter((sentence) => sentence.startsWith('accepts'));
const REFUSES = SENTENCES.filter((sentence) => sentence.startsWith('does not accept'));
const UNKNOWN = 'says undefined for an algorithm that it does not know';
const refused = (how: string): string => `does not accept a signature ${how}`;
const refusedWithBoth = (how: string): readonly string[] => VALID.map(({ alg }) => refused(`with ${alg} ${how}`));
const OTHER_KIND = refusedWithBoth('by a key of another kind');
const OTHER_ALGORITHM = [
  refused('under the name of another algorithm'),
  refused("under the algorithm 'none'"),
  refused('with an algorithm for keys of another kind'),
];

type Verify = SignatureVerifier['verify'];
type Member = keyof SignatureToVerify;

const broken = (name: string, fails: readonly string[], verify: Verify): BrokenPort =>
  brokenPort('signatureVerifier', `a signature verifier ${name}`, fails, () => ({
    ports: { signatureVerifier: { verify } },
  }));

/** Is it a valid one, as far as these members say? */
const isValid = (signed: SignatureToVerify, ...members: readonly Member[]): boolean =>
  VALID.some((valid) => members.every((member) => JSON.stringify(signed[member]) === JSON.stringify(valid[member])));

const knows = (signed: SignatureToVerify): boolean => isValid(signed, 'alg');

const sound = (signed: SignatureToVerify): boolean | undefined =>
  knows(signed) ? isValid(signed, 'alg', 'key', 'input', 'signature') : undefined;

export const brokenVerifiers: readonly BrokenPort[] = [
  broken('that believes everything', [...REFUSES, UNKNOWN], () => true),
  broken('that believes nothing', [...ACCEPTS, UNKNOWN], () => false),
  broken(
    'that knows no algorithm',
    [...ACCEPTS, ...REFUSES.filter((sentence) => !OTHER_ALGORITHM.includes(sentence))],
    () => undefined,
  ),
  broken(
    'that believes an algorithm that it does not know',
    [...OTHER_ALGORITHM, UNKNOWN],
    (signed) => sound(signed) ?? true,
  ),
  broken('that refuses an algorithm that it does not know', [UNKNOWN], (signed) => sound(signed) ?? false),
  broken('that throws for an algorithm that it does not know', [UNKNOWN], async (signed) => {
    if (!knows(signed)) throw new Error('not supported');
    return sound(signed);
  }),
  broken('that takes a name of every object for an algorithm', [UNKNOWN], (signed) =>
    signed.alg in {} ? false : sound(signed),
  ),
  broken('that reads the name of an algorithm in small letters, too', [UNKNOWN], (signed) =>
    sound({ ...signed, alg: signed.alg.toUpperCase() }),
  ),
  broken('that chooses the algorithm by the key', [...OTHER_ALGORITHM, UNKNOWN], (signed) =>
    isValid(signed, 'key', 'input', 'signature'),
  ),
  broken('that skips the check when the key does not fit', OTHER_KIND, (signed) => {
    const fits = VALID.some(({ alg, key }) => alg === signed.alg && key.kty === signed.key.kty);
    return knows(signed) && !fits ? true : sound(signed);
  }),
  broken('that has keys of its own', [...refusedWithBoth('by another key'), ...OTHER_KIND], (signed) =>
    knows(signed) ? isValid(signed, 'alg', 'input', 'signature') : undefined,
  ),
  broken('that does not read what was signed', refusedWithBoth('over another text'), (signed) =>
    knows(signed) ? isValid(signed, 'alg', 'key', 'signature') : undefined,
  ),
  broken(
    'that only looks whether there is a signature',
    [...refusedWithBoth('of which one bit was changed'), ...refusedWithBoth('of only zeros')],
    (signed) => (signed.signature.length > 0 && knows(signed) ? isValid(signed, 'alg', 'key', 'input') : sound(signed)),
  ),
];
