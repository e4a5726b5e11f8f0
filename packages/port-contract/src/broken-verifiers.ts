/** Signature verifiers that say always the same. */
import { type BrokenPort, brokenPort } from './broken-port.ts';
import { signatureVerifier } from './signature-verifier.ts';

const SENTENCES = signatureVerifier.map(({ name }) => name.slice('signatureVerifier '.length));

const answering = (name: string, valid: boolean, fails: (sentence: string) => boolean): BrokenPort =>
  brokenPort('signatureVerifier', name, SENTENCES.filter(fails), () => ({
    ports: { signatureVerifier: { verify: async () => valid } },
  }));

export const brokenVerifiers: readonly BrokenPort[] = [
  answering('a signature verifier that believes everything', true, (sentence) =>
    sentence.startsWith('does not accept'),
  ),
  answering('a signature verifier that believes nothing', false, (sentence) => sentence.startsWith('accepts')),
];
