/** What logging in adds to a page. A ceiling may not be crossed; a goal is printed beside what was measured. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle, gzipped, type Imports } from './support/bundles.ts';
import { root } from './support/processes.ts';

const core = join(root, 'packages/core/src/index.ts');
const client = join(root, 'packages/client/src/index.ts');
const pure = join(root, 'packages/core/src/pure-verifier.ts');

const pair: Imports = { [core]: ['codeVerifierFrom', 'codeChallengeFor'] };
/** The machine, and all that answers its effect `get_keys`. */
const keys = ['findKeys', 'beginFetch', 'keySetRequest', 'receiveKeys', 'selectKeys'];
const flow = ['startLogin', 'stepLogin', ...keys];
const webCrypto = ['webCryptoVerifier', 'webCryptoDigest'];
const login: Imports = { [core]: flow, [client]: webCrypto };
const discovering: Imports = { [core]: [...flow, 'startServer', 'stepServer', 'isCurrent'], [client]: webCrypto };
const session: Imports = { [core]: ['thawSession', 'isFresh', 'refreshRequest', 'readRefreshResponse'] };
const pureVerifier: Imports = { [pure]: ['pureVerifier', 'rs256'] };

const parts: readonly (readonly [what: string, imports: Imports, ceiling: number, goal: number])[] = [
  ['the PKCE pair alone', pair, 3200, 2900],
  // docs/decisions/0011-the-size-of-a-login.md says where the octets are.
  ['a complete login with signature check, by WebCrypto', login, 8400, 7000],
  ['the same, with discovery', discovering, 9330, 8000],
  ['a page that only uses a session', session, 4500, 3800],
  ['the pure verifier alone, with RS256', pureVerifier, 3250, 3000],
];

/** The first round constants of SHA-256, as a number, in hexadecimal, and the initial hash value. */
const SHA256 = /0x428a2f98|1116352408|0x6a09e667|1779033703/i;

/** Long numbers, which nothing but signatures in pure code is counted with. */
const PURE_VERIFIER = /\bBigInt\b/;

describe('gzipped octets', () => {
  const measured: string[] = [];

  beforeAll(() => () => process.stdout.write(`${measured.join('\n')}\n`));

  test.each(parts)('%s: stays below its ceiling', async (what, imports, ceiling, goal) => {
    const size = gzipped(await bundle(imports, true));
    measured.push(`${String(size).padStart(6)} of ${ceiling} octets, goal ${goal}: ${what}`);
    expect(size).toBeLessThanOrEqual(ceiling);
  });

  test.each([
    ['a page that only uses a session', session],
    ['a complete login with signature check', login],
    ['a complete login with discovery', discovering],
  ])('%s carries no SHA-256', async (_, imports) => {
    expect(await bundle(imports, true)).not.toMatch(SHA256);
  });

  test.each([
    ['a complete login with discovery', discovering],
    ['everything that the core exports', { [core]: '*' }],
    ['everything that the client exports', { [client]: '*' }],
  ] as const)('%s carries no pure verifier', async (_, imports) => {
    expect(await bundle(imports, true)).not.toMatch(PURE_VERIFIER);
  });

  test('SHA-256 and the pure verifier would be noticed', async () => {
    expect(await bundle(pair, true)).toMatch(SHA256);
    expect(await bundle(pureVerifier, true)).toMatch(SHA256);
    expect(await bundle(pureVerifier, true)).toMatch(PURE_VERIFIER);
  });

  test('a page that only makes a PKCE pair carries nothing of a login', async () => {
    expect(await bundle(pair, true)).not.toMatch(/redirect_uri|id_token|refresh_token/);
  });
});
