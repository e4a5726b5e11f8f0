import { useMockLogin } from '@proofkey/msw/vitest';
import { HttpResponse, http } from 'msw';
import { describe, expect, test } from 'vitest';
import { createApp } from './app.ts';

const user = { name: 'Ada Lovelace', email: 'ada@example.com' };

describe('at an honest server', () => {
  const as = useMockLogin({ user });
  const app = () => createApp({ issuer: as.issuer, openBrowser: as.browser });

  test('the e-mail address comes from /userinfo', async () => {
    const program = app();
    await program.greet();
    expect(await program.email()).toBe('ada@example.com');
    expect(as.log.at(-1)?.step).toBe('userinfo');
  });

  test('the API gets the access token, and nobody else does', async () => {
    const program = app();
    await program.greet();
    as.use(
      http.get('https://api.example.com/contacts', ({ request }) =>
        request.headers.get('authorization')?.startsWith('Bearer ')
          ? HttpResponse.json(['Charles Babbage'])
          : new HttpResponse(null, { status: 401 }),
      ),
    );
    expect(await program.contacts()).toEqual(['Charles Babbage']);
  });

  test('an access token that the server no longer takes is refused', async () => {
    const program = app();
    await program.greet();
    as.expireNow();
    await expect(program.email()).rejects.toThrow();
  });

  test('no connection is no login', async () => {
    as.offline();
    await expect(app().greet()).rejects.toMatchObject({ failure: { code: 'network_error' } });
  });
});

describe('where codes have expired before they arrive', () => {
  const as = useMockLogin({ user, lifetimes: { code: 0 } });

  test('the person is asked to try again', async () => {
    const app = createApp({ issuer: as.issuer, openBrowser: as.browser });
    expect(await app.greet()).toBe('That took too long. Please try again.');
  });
});

describe('where somebody attacks', () => {
  const as = useMockLogin({ user });
  const app = () => createApp({ issuer: as.issuer, openBrowser: as.browser });

  test('a callback with the state of another login is not ours, and the wait goes on', async () => {
    as.deviate('state_of_another_login');
    const app = createApp({ issuer: as.issuer, openBrowser: as.browser, timeLimit: 1 });
    expect(await app.greet()).toBe('Nobody came back.');
    expect(as.log.map(({ step }) => step)).not.toContain('token');
  });

  test('a callback of another server is not believed', async () => {
    as.wrongIssuer();
    await expect(app().greet()).rejects.toMatchObject({ failure: { code: 'issuer_mismatch' } });
  });

  test('an ID Token of another login is not believed', async () => {
    as.wrongNonce();
    await expect(app().greet()).rejects.toMatchObject({ failure: { code: 'id_token_nonce_invalid' } });
  });

  test('a forged signature is not believed', async () => {
    as.badSignature();
    await expect(app().greet()).rejects.toMatchObject({ failure: { code: 'id_token_signature_invalid' } });
  });

  test('a callback that comes twice logs in once', async () => {
    as.replayCallback();
    expect(await app().greet()).toBe('Hello Ada Lovelace');
    expect(as.log.filter(({ step }) => step === 'token')).toHaveLength(1);
  });
});
