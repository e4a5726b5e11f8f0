import { useMockLogin } from '@proofkey/msw/vitest';
import { expect, test } from 'vitest';
import { createApp } from './app.ts';

const as = useMockLogin({ user: { name: 'Ada Lovelace', email: 'ada@example.com' } });
const app = () => createApp({ issuer: as.issuer, openBrowser: as.browser });

test('greets whoever logs in', async () => {
  expect(await app().greet()).toBe('Hello Ada Lovelace');
  expect(as.log.map(({ step }) => step)).toEqual(['metadata', 'authorize', 'token', 'keys']);
});

test('greets nobody who refuses', async () => {
  as.deny();
  expect(await app().greet()).toBe('Nobody logged in.');
});
