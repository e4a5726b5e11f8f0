/** Access token -> claims about the person. OIDC Core, section 5.3. */
import { describe, expect, test } from 'vitest';
import { tokensOf, userinfo } from './support/script.ts';
import { inShort, jsonOf, TestServer } from './support/server.ts';

const claimsFor = (scope: string): Record<string, unknown> => {
  const server = new TestServer();
  return jsonOf(userinfo(server, tokensOf(server, { scope }).access_token));
};

test('the scope says what is told', () => {
  const own = { sub: 'ada', 'https://example.com/role': 'x' };
  expect(claimsFor('openid')).toEqual(own);
  expect(claimsFor('openid profile')).toEqual({ ...own, name: 'Ada Lovelace' });
  expect(claimsFor('openid email')).toEqual({ ...own, email: 'ada@example.com', email_verified: true });
});

test('sub is that of the ID Token, whatever the claims of the person say', () => {
  const server = new TestServer({ users: [{ sub: 'ada', claims: { sub: 'bob' } }] });
  expect(jsonOf(userinfo(server, tokensOf(server).access_token))).toEqual({ sub: 'ada' });
});

describe('the token comes', () => {
  const asked = (scheme: string): string => {
    const server = new TestServer();
    const { access_token } = tokensOf(server);
    return inShort(server.send('GET', '/userinfo', { headers: { authorization: `${scheme} ${access_token}` } }));
  };
  test.each(['Bearer', 'bearer', 'BEARER'])('as %s, in any case of letters', (scheme) =>
    expect(asked(scheme)).toBe('200'),
  );

  test('in a header of POST too, or in its form', () => {
    const server = new TestServer();
    const { access_token } = tokensOf(server);
    const headers = { authorization: `Bearer ${access_token}` };
    expect(inShort(server.send('POST', '/userinfo', { headers }))).toBe('200');
    expect(inShort(server.send('POST', '/userinfo', { form: { access_token } }))).toBe('200');
    expect(server.state.misuses).toEqual([]);
  });

  test('not in the form of GET', () => {
    const server = new TestServer();
    const { access_token } = tokensOf(server);
    expect(inShort(server.send('GET', '/userinfo', { form: { access_token } }))).toBe('401 invalid_token');
  });
});

test('an access token is good until its last second', () => {
  const server = new TestServer();
  const { access_token } = tokensOf(server);
  server.now += 599;
  expect(inShort(userinfo(server, access_token))).toBe('200');
});
