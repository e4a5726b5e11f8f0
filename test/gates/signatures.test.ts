/** One list of tokens, one outcome for each, in every place where signatures are checked. RFC 7515, section 5.2. */
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { type Digest, type SignatureVerifier, webCryptoDigest, webCryptoVerifier } from '@proofkey/client';
import * as core from '@proofkey/core';
import * as curves from '@proofkey/core/curves';
import * as pure from '@proofkey/core/pure-verifier';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTALL_LIMIT, launchBrowser } from '../../packages/node/test/real-browser.ts';
import { publishCore } from './support/bundles.ts';
import { hermesc, quickjs } from './support/engines.ts';
import { root, withFolder } from './support/processes.ts';
import { bundleOf, type Script } from './support/signature-bundles.ts';
import { madeCases, vectorCases } from './support/signature-cases.ts';
import { type Case, checkBy, checkPure, type Outcome, requestsOf } from './support/signatures-inside.ts';

const vectors = vectorCases().filter((one) => requestsOf(core, one).length > 0 || one.outcome === 'refused');
const cases = [...vectors, ...madeCases()];
/** What there is no pure code for. */
const isUnknown = ({ alg }: Case): boolean => /^PS|ES512/.test(alg);

/** Every case whose outcome is another one. */
const differing = (outcomes: readonly Outcome[], isPure: boolean): readonly string[] =>
  cases.flatMap((one, at) => {
    const reached = requestsOf(core, one).length > 0;
    const expected = isPure && reached && isUnknown(one) ? 'unknown' : one.outcome;
    return outcomes[at] === expected ? [] : [`${one.id}: ${outcomes[at]}, not ${expected}`];
  });

const built = async (folder: string): Promise<string> => {
  await publishCore(folder);
  const entries = ['index', 'pure-verifier', 'curves'].map((name) => JSON.stringify(join(folder, `${name}.js`)));
  const lines = entries.map((entry) => `export * from ${entry};`);
  return (await bundleOf(lines, false)).code;
};

/** The functions that run inside, as plain JavaScript: globals of a script. */
const inside = stripTypeScriptTypes(
  readFileSync(join(root, 'test/gates/support/signatures-inside.ts'), 'utf8'),
).replace(/^export /gm, '');

test('the list has rows of the vectors, every algorithm, and both outcomes of each', () => {
  expect(vectors.length).toBeGreaterThan(25);
  expect(vectors.filter(({ outcome }) => outcome === 'refused').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['idt-096', 'idt-097', 'idt-098', 'idt-101', 'idt-103', 'idt-104', 'idt-105', 'idt-114']),
  );
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'RS512', 'PS512', 'ES512', 'Ed25519']) {
    const outcomes = madeCases()
      .filter((one) => one.alg === alg)
      .map(({ outcome }) => outcome);
    expect([alg, new Set(outcomes).size]).toEqual([alg, 2]);
  }
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

test('who believes everything, or nothing, would be noticed', async () => {
  const [believed, refused] = (['accepted', 'refused'] as const).map((outcome) =>
    cases.filter((one) => one.outcome === outcome && requestsOf(core, one).length > 0),
  );
  expect(differing(await checkBy({ verify: () => true }, core, cases), false)).toHaveLength(refused?.length ?? 0);
  expect(differing(await checkBy({ verify: () => false }, core, cases), false)).toHaveLength(believed?.length ?? 0);
  expect([believed, refused].map((list = []) => list.length > 30)).toEqual([true, true]);
});

describe('ID-05 every token has its outcome', () => {
  test('in Node.js, by WebCrypto', async () => {
    expect(differing(await checkBy(webCryptoVerifier(webcrypto.subtle), core, cases), false)).toEqual([]);
  });

  test('in Node.js, by the pure verifier', () => {
    expect(differing(checkPure({ ...core, ...pure, ...curves }, cases), true)).toEqual([]);
  });

  test('the pure verifier and its digest are ports of the client', async () => {
    const port: SignatureVerifier = pure.pureVerifier(pure.rs256, pure.rs384, pure.rs512, ...Object.values(curves));
    expect(differing(await checkBy(port, core, cases), true)).toEqual([]);
    const ports: readonly Digest[] = [pure.pureDigest, webCryptoDigest(webcrypto.subtle)];
    for (const algorithm of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
      const [one, other] = await Promise.all(ports.map((digest) => digest(algorithm, 'an-access-token')));
      expect(one).toEqual(other);
    }
  });

  describe('as it is published, in one file', () => {
    let code = '';

    beforeAll(async () => {
      code = await withFolder({}, built);
    });

    test('in QuickJS, which has no platform at all', async () => {
      const call = `JSON.stringify(checkPure(proofkey, ${JSON.stringify(cases)}))`;
      const evaluated = await quickjs(code, inside, call);
      expect(evaluated).toEqual({ ok: true, value: expect.any(String) });
      if (evaluated.ok) expect(differing(JSON.parse(evaluated.value), true)).toEqual([]);
    });

    test('it compiles for Hermes without a name that is not in the language', async () => {
      expect(await hermesc(code)).toBe('');
    });
  });

  describe('in a real Chromium', () => {
    let browser: Browser | undefined;

    beforeAll(async () => {
      browser = await launchBrowser();
    }, INSTALL_LIMIT);
    afterAll(() => browser?.close());

    test('by WebCrypto, and by the pure verifier', async () => {
      const packages = ['core', 'core/pure-verifier', 'core/curves', 'client'];
      const { code } = await bundleOf(
        packages.map((name) => `export * from '@proofkey/${name}';`),
        false,
      );
      const page = await browser?.newPage();
      if (page === undefined) throw new Error('no browser');
      // WebCrypto is for pages that arrived safely; nothing leaves the machine for this one.
      await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
      await page.goto('https://page.example/');
      await page.addScriptTag({ content: code });
      await page.addScriptTag({ content: inside });
      const given = `proofkey, ${JSON.stringify(cases)}`;
      const checked = await page.evaluate(`checkBy(proofkey.webCryptoVerifier(crypto.subtle), ${given})`);
      expect(differing(checked as Outcome[], false)).toEqual([]);
      expect(differing((await page.evaluate(`checkPure(${given})`)) as Outcome[], true)).toEqual([]);
    });
  });
});

describe('a page that logs in and checks signatures by WebCrypto', () => {
  const login = `export { startLogin, stepLogin } from '@proofkey/core';`;
  const byPlatform = `export { webCryptoVerifier } from '@proofkey/client';`;
  const page = (...more: readonly string[]): Promise<Script> => bundleOf([login, byPlatform, ...more], true);
  /** Modules of ours and of others that only the pure verifier needs. */
  const PURE_MODULES = /pure-verifier|core\/src\/(rsa|curves)|@noble\/curves/;
  /** Numbers without a limit, the object identifiers of hashes, and the first digits of P-256 and of Ed25519. */
  const PURE_MARKS = /\bBigInt\b|\b\d+n\b|300d0609608648|0?xffffffff00000001000000|0?x216936d3cd6e53/i;

  test('carries nothing of the pure verifier', async () => {
    const { code, inputs } = await page();
    expect(inputs.filter((path) => PURE_MODULES.test(path))).toEqual([]);
    expect(code).not.toMatch(PURE_MARKS);
    expect(inputs.filter((path) => /client\/src\/web-crypto/.test(path))).toHaveLength(1);
  });

  test.each([
    ['RS256', `export { pureVerifier, rs256 } from '@proofkey/core/pure-verifier';`, /300d0609608648/],
    ['ES256', `export { es256 } from '@proofkey/core/curves';`, /0?xffffffff00000001000000/i],
    ['EdDSA', `export { edDsa } from '@proofkey/core/curves';`, /0?x216936d3cd6e53/i],
  ])('would be noticed if it carried %s', async (_alg, line, mark) => {
    const { code, inputs } = await page(line);
    expect(inputs.filter((path) => PURE_MODULES.test(path))).not.toEqual([]);
    expect(code).toMatch(mark);
    expect(code).toMatch(PURE_MARKS);
  });

  test('one pure algorithm does not bring another one along', async () => {
    const marks = [/300d0609608648/, /0?xffffffff00000001000000/i, /0?x216936d3cd6e53/i];
    const lines = ['pure-verifier rs256', 'curves es256', 'curves edDsa'].map((words) => {
      const [entry, name] = words.split(' ');
      return `export { ${name} } from '@proofkey/core/${entry}';`;
    });
    const codes = await Promise.all(lines.map(async (line) => (await bundleOf([line], true)).code));
    expect(codes.map((code) => marks.map((mark) => mark.test(code)))).toEqual(
      marks.map((_, one) => marks.map((__, other) => one === other)),
    );
  });
});
