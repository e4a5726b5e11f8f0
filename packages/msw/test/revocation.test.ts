/** What a revocation ends. RFC 7009, section 2.1. */
import { expect, test } from 'vitest';
import { refresh, revoke, tokensOf, userinfo } from './support/script.ts';
import { inShort, jsonOf, TestServer } from './support/server.ts';

test('a refresh token takes its access tokens with it', () => {
  const server = new TestServer();
  const { access_token, refresh_token } = tokensOf(server);
  expect(revoke(server, refresh_token)).toMatchObject({ status: 200, body: '' });
  expect(inShort(userinfo(server, access_token))).toBe('401 invalid_token');
  expect(inShort(refresh(server, refresh_token))).toBe('400 invalid_grant');
  expect(server.state.misuses).toEqual([]);
});

test('a refresh token that was rotated away still ends its family', () => {
  const server = new TestServer();
  const first = tokensOf(server);
  const second = jsonOf(refresh(server, first.refresh_token));
  revoke(server, first.refresh_token);
  expect(inShort(refresh(server, String(second['refresh_token'])))).toBe('400 invalid_grant');
});

test.each([undefined, 'https://api.example.com'])('an access token (for %s) goes alone', (audience) => {
  const server = new TestServer();
  const { access_token, refresh_token } = tokensOf(server, { audience });
  expect(revoke(server, access_token)).toMatchObject({ status: 200, body: '' });
  expect(inShort(userinfo(server, access_token))).toBe('401 invalid_token');
  expect(inShort(refresh(server, refresh_token))).toBe('200');
});

test('why a login ended is not overwritten by a later revocation', () => {
  const server = new TestServer();
  const { refresh_token } = tokensOf(server);
  refresh(server, refresh_token);
  refresh(server, refresh_token);
  revoke(server, refresh_token);
  expect(server.state.authorizations[0]?.revoked).toBe('refresh_reuse');
});

test('other logins go on', () => {
  const server = new TestServer();
  const [one, other] = [tokensOf(server), tokensOf(server)];
  revoke(server, one.refresh_token);
  expect(inShort(userinfo(server, other.access_token))).toBe('200');
});

test.each(['refresh_token', 'access_token', 'rubbish'])('a hint may be wrong: %s', (token_type_hint) => {
  const server = new TestServer();
  const { access_token } = tokensOf(server);
  revoke(server, access_token, { token_type_hint });
  expect(inShort(userinfo(server, access_token))).toBe('401 invalid_token');
});

test('an unknown token, and one that is revoked already, is no error', () => {
  const server = new TestServer();
  const { refresh_token } = tokensOf(server);
  for (const token of ['unknown', 'a.b.c', refresh_token, refresh_token])
    expect(inShort(revoke(server, token))).toBe('200');
});
