/** The mock as Metro would bundle it: nothing of Node.js in it, and it answers the fetch of React Native. */
import { expect, test } from 'vitest';
import { bundle } from './support/bundle.ts';

const PROGRAM = `
import { createMockLogin } from '../../src/index.ts';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import { FetchInterceptor } from '@mswjs/interceptors/fetch/web';

export async function run() {
  const as = createMockLogin({ algorithm: 'ES256' });
  const sources = [new InterceptorSource({ interceptors: [new FetchInterceptor()] })];
  const context = { quiet: true };
  const network = defineNetwork({ sources, handlers: [...as.handlers], onUnhandledFrame: 'error', context });
  await network.enable();
  try {
    const metadata = await (await fetch(as.issuer + '/.well-known/openid-configuration')).json();
    const { keys } = await (await fetch(metadata.jwks_uri)).json();
    const refused = await fetch(metadata.token_endpoint, { method: 'POST', body: new URLSearchParams('a=b') });
    return { issuer: metadata.issuer, kty: keys[0].kty, refused: refused.status, steps: as.log.map(({ step }) => step) };
  } finally {
    await network.disable();
  }
}
`;

test('has nothing of Node.js in it, and answers', async () => {
  const { code, inputs } = await bundle(PROGRAM, 'react-native');
  expect(inputs.some((one) => one.endsWith('msw/src/index.ts'))).toBe(true);
  expect(inputs.filter((one) => /node-platform|src\/(listen|node|vitest|server)\.ts$|vitest/.test(one))).toEqual([]);
  expect(code).not.toMatch(/["']node:/);
  const { run } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  expect(await run()).toEqual({
    issuer: 'https://login.test',
    kty: 'EC',
    refused: 400,
    steps: ['metadata', 'keys', 'token'],
  });
});

test('the entries for Node.js do not get through the same bundler', async () => {
  await expect(bundle("export * from '../../src/node.ts';", 'react-native')).rejects.toThrow(
    'Could not resolve "node:',
  );
});
