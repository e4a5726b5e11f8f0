/** One reader alone is small: the others, the builders and the client do not come with it. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from './description.ts';

const bundle = async (names: string): Promise<string> => {
  const contents = `export { ${names} } from './packages/api/src/index.ts';`;
  const options = { bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' } as const;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: root } });
  return outputFiles[0]?.text ?? '';
};

test('the reader of the token response takes at most 440 octets', async () => {
  const text = await bundle('readTokenResponse');
  expect(text).not.toMatch(/zoneinfo|authorization_endpoint|async/);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(440);
});

test('every builder and reader of a login together take at most 1,220 octets', async () => {
  const text = await bundle(
    'buildAuthorize, buildCodeExchange, buildRefresh, buildGetUserInfo, readTokenResponse, readErrorResponse, ' +
      'readAuthorizationResponse, readAuthorizationErrorResponse, readIdTokenClaims, readUserInfo',
  );
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(1220);
});

test('what a login uses takes at most 1,280 octets', async () => {
  const text = await bundle(
    'appendQuery, buildAuthorize, buildCodeExchange, buildGetKeySet, readTokenResponse, readErrorResponse, ' +
      'readAuthorizationResponse, readAuthorizationErrorResponse, readIdTokenClaims, readJsonWebKey, readJsonWebKeySet',
  );
  expect(text).not.toMatch(/authorization_endpoint|async|fromEntries|refresh_token:.*client_secret/s);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(1280);
});
