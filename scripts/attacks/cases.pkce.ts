/** AT-23 to AT-25: a login that would not be protected by its verifier, or by randomness. RFC 7636; RFC 9700, 2.1.1. */
import type { RandomSource } from '@proofkey/client';
import type { Case, Variant } from './case.ts';
import { deliver, follow } from './person.ts';
import type { Stage } from './stage.ts';
import { deviant, KEYS, login, METADATA, way } from './ways.ts';

/** Every code that was sent had a verifier beside it. */
function withoutVerifier({ wire }: Stage): readonly string[] {
  const sent = wire.exchanges.filter(({ place, body }) => place === 'token' && body.includes('code='));
  return sent.every(({ body }) => /(^|&)code_verifier=[\w-]{43}(&|$)/.test(body)) ? [] : ['a code has no verifier'];
}

/** The authorization URL on its way to the browser. */
const stripped = (name: string, outcome: string, deviations: readonly 'pkce_optional'[], asks: readonly string[]) =>
  way(
    name,
    outcome,
    async (stage) => {
      const begun = await stage.begin();
      stage.turn({ deviations });
      const url = new URL(begun.url);
      url.searchParams.delete('code_challenge');
      url.searchParams.delete('code_challenge_method');
      const [ended] = await Promise.all([stage.codeOf(begun.outcome), deliver(await follow(url.href))]);
      return { outcome: ended, wrongs: withoutVerifier(stage) };
    },
    { asks, misuses: ['pkce_missing'] },
  );

const drawing = (name: string, octets: RandomSource['octets']): Variant =>
  login(name, {}, 'insufficient_entropy', {
    asks: METADATA,
    adjust: (ports) => ({ ...ports, randomSource: { octets } }),
  });

export const PKCE: readonly Case[] = [
  {
    id: 'AT-23',
    title: 'PKCE downgrade by metadata',
    variants: (['metadata_with_plain_pkce_only', 'metadata_without_pkce_methods'] as const).map((deviation) =>
      deviant(deviation, 'pkce_not_supported', { fresh: true, asks: METADATA }),
    ),
  },
  {
    id: 'AT-24',
    title: 'PKCE stripping by a network attacker or malicious link',
    variants: [
      stripped('no code_challenge, at a server that wants one', 'authorization_refused', [], []),
      stripped('no code_challenge, at a server that wants none', 'token_request_refused', ['pkce_optional'], ['token']),
      way(
        'an error at the token endpoint',
        'token_request_refused',
        async (stage) => {
          stage.as.failNext('token', 'invalid_request');
          const begun = await stage.begin();
          const [outcome] = await Promise.all([stage.codeOf(begun.outcome), deliver(await follow(begun.url))]);
          return { outcome, wrongs: withoutVerifier(stage) };
        },
        { asks: ['token'] },
      ),
    ],
  },
  {
    id: 'AT-25',
    title: 'Weak or broken random source',
    variants: [
      drawing('zeros', (length) => new Uint8Array(length)),
      drawing('a constant', (length) => new Uint8Array(length).fill(7)),
      drawing('fewer octets', (length) => crypto.getRandomValues(new Uint8Array(length - 1))),
      drawing('no crypto', () => {
        throw new ReferenceError('crypto is not defined');
      }),
      way(
        'Math.random patched',
        'logged_in',
        async (stage) => {
          const { random } = Math;
          Math.random = () => 0;
          try {
            const [one, other] = [await stage.begin(), await stage.begin()];
            const [outcome] = await Promise.all([stage.codeOf(one.outcome), deliver(await follow(one.url))]);
            return { outcome, wrongs: one.state === other.state ? ['two logins have the same state'] : [] };
          } finally {
            Math.random = random;
          }
        },
        { accepted: true, asks: KEYS },
      ),
    ],
  },
];
