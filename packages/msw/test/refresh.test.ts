/** Refresh tokens: rotation, grace, scope. RFC 6749, section 6; RFC 9700, section 4.14.2. */
import { describe, expect, test } from 'vitest';
import { exchange, logIn, refresh, revoke, SCOPE, type Tokens, tokensOf, userinfo } from './support/script.ts';
import { claimsOf, type Fields, inShort, jsonOf, NOW, TestServer } from './support/server.ts';

/** A refresh that has to work. */
function renewed(server: TestServer, token: string, changed: Fields = {}): Tokens {
  const response = refresh(server, token, changed);
  expect(inShort(response)).toBe('200');
  return jsonOf(response) as unknown as Tokens;
}

describe('with rotation', () => {
  test('a refresh gives a new refresh token, which works', () => {
    const server = new TestServer();
    const first = tokensOf(server);
    const second = renewed(server, first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(renewed(server, second.refresh_token).expires_in).toBe(600);
    expect(server.state.misuses).toEqual([]);
  });

  test('the access token from before is still good', () => {
    const server = new TestServer();
    const { access_token, refresh_token } = tokensOf(server);
    renewed(server, refresh_token);
    expect(inShort(userinfo(server, access_token))).toBe('200');
  });

  test('every refresh token lives for its own time', () => {
    const server = new TestServer();
    let { refresh_token } = tokensOf(server);
    for (let count = 0; count < 3; count++) {
      server.now += 3599;
      ({ refresh_token } = renewed(server, refresh_token));
    }
  });

  test('without grace, the old one is refused at once', () => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server);
    renewed(server, refresh_token);
    expect(inShort(refresh(server, refresh_token))).toBe('400 invalid_grant');
    expect(server.lastMisuse).toMatchObject({ code: 'refresh_token_used_twice', step: 4 });
  });
});

describe('when the answer to a refresh got lost', () => {
  const started = (grace = 0): { server: TestServer; first: Tokens } => {
    const server = new TestServer({ grace });
    const first = tokensOf(server);
    server.state = { ...server.state, failing: { refresh: [{ type: 'drop' }] } };
    expect(refresh(server, first.refresh_token)).toMatchObject({ status: 200, lost: true });
    return { server, first };
  };
  const codesOf = (server: TestServer, token: string): readonly string[] =>
    server.misusesOf(() => expect(inShort(refresh(server, token))).toBe('400 invalid_grant'));

  test('the same token once more is refused as ever, but no misuse; twice more is one', () => {
    const { server, first } = started();
    expect(codesOf(server, first.refresh_token)).toEqual([]);
    expect(server.state.authorizations[0]?.revoked).toBe('refresh_reuse');
    expect(codesOf(server, first.refresh_token)).toEqual(['refresh_token_used_twice']);
    expect(server.lastMisuse?.sentence).toContain('in step 3, again in step 5');
    expect(codesOf(server, first.refresh_token)).toEqual(['refresh_token_used_twice']);
  });

  test('who asked once more within the grace has had its answer', () => {
    const { server, first } = started(10);
    renewed(server, first.refresh_token);
    server.now += 10;
    expect(codesOf(server, first.refresh_token)).toEqual(['refresh_token_used_twice']);
  });

  test('a refresh token whose answer arrived is not excused by another that got lost', () => {
    const server = new TestServer();
    const first = tokensOf(server);
    const second = renewed(server, first.refresh_token);
    server.state = { ...server.state, failing: { refresh: [{ type: 'drop' }] } };
    refresh(server, second.refresh_token);
    expect(codesOf(server, first.refresh_token)).toEqual(['refresh_token_used_twice']);
  });

  test('a code is another matter: whatever became of the answer, it is sent once', () => {
    const server = new TestServer();
    const login = logIn(server);
    server.state = { ...server.state, failing: { token: [{ type: 'drop' }] } };
    exchange(server, login);
    expect(server.misusesOf(() => exchange(server, login))).toEqual(['code_used_twice']);
  });
});

test('a mistake with a token that was used names the step of the login, not that of the use', () => {
  const server = new TestServer({ grace: 10 });
  logIn(server);
  const { refresh_token } = tokensOf(server);
  renewed(server, refresh_token);
  for (const changed of [{ scope: 'address' }, { client_id: 'other' }]) {
    refresh(server, refresh_token, changed);
    expect(server.lastMisuse?.sentence).toContain('login of step 2');
  }
});

test('without rotation, the refresh token stays and no other one comes', () => {
  const server = new TestServer({ rotation: false });
  const { refresh_token } = tokensOf(server);
  for (let count = 0; count < 3; count++) expect(renewed(server, refresh_token)).not.toHaveProperty('refresh_token');
  expect(server.state.misuses).toEqual([]);
});

describe('with a grace of 10 seconds', () => {
  const started = (): { server: TestServer; first: Tokens; second: Tokens } => {
    const server = new TestServer({ grace: 10 });
    const first = tokensOf(server);
    return { server, first, second: renewed(server, first.refresh_token) };
  };

  test('the old refresh token is taken for 9 seconds more, and that is no misuse', () => {
    const { server, first } = started();
    server.now += 9;
    renewed(server, first.refresh_token);
    expect(server.state.misuses).toEqual([]);
  });

  test('after 10 seconds it revokes the family', () => {
    const { server, first, second } = started();
    server.now += 10;
    expect(inShort(refresh(server, first.refresh_token))).toBe('400 invalid_grant');
    expect(inShort(refresh(server, second.refresh_token))).toBe('400 invalid_grant');
  });

  test('the time counts from the first use: using it again does not make it longer', () => {
    const { server, first } = started();
    server.now += 6;
    renewed(server, first.refresh_token);
    server.now += 6;
    expect(inShort(refresh(server, first.refresh_token))).toBe('400 invalid_grant');
  });

  test('it may be used more than once in that time, and everything that came of it works', () => {
    const { server, first, second } = started();
    const third = renewed(server, first.refresh_token);
    const fourth = renewed(server, first.refresh_token);
    for (const { refresh_token } of [second, third, fourth]) renewed(server, refresh_token);
    expect(server.state.misuses).toEqual([]);
  });

  test('once something that came of it was used, it is an old copy: the family is revoked', () => {
    const { server, first, second } = started();
    const third = renewed(server, second.refresh_token);
    expect(inShort(refresh(server, first.refresh_token))).toBe('400 invalid_grant');
    expect(inShort(refresh(server, third.refresh_token))).toBe('400 invalid_grant');
  });

  test('two callers that both got one from it have a grace each', () => {
    const { server, first, second } = started();
    const third = renewed(server, first.refresh_token);
    renewed(server, third.refresh_token);
    renewed(server, second.refresh_token);
    // The answer to that was lost.
    renewed(server, second.refresh_token);
    expect(server.state.misuses).toEqual([]);
  });

  test('a family that was revoked has none', () => {
    const { server, first } = started();
    revoke(server, first.refresh_token);
    expect(inShort(refresh(server, first.refresh_token))).toBe('400 invalid_grant');
  });
});

describe('scope', () => {
  test.each(['', ' ', '  '])('is the whole one when it is %j', (scope) => {
    const server = new TestServer();
    expect(renewed(server, tokensOf(server).refresh_token, { scope }).scope).toBe(SCOPE);
  });

  test('may be less for one access token; the next refresh has the whole again', () => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server);
    const less = renewed(server, refresh_token, { scope: 'profile' });
    expect(less.scope).toBe('profile');
    expect(less).not.toHaveProperty('id_token');
    expect(inShort(userinfo(server, less.access_token))).toBe('403 insufficient_scope');
    expect(renewed(server, less.refresh_token).scope).toBe('openid profile email offline_access');
  });

  test('less of it shows less about the person', () => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server);
    const { access_token, id_token } = renewed(server, refresh_token, { scope: 'openid email' });
    expect(jsonOf(userinfo(server, access_token))).toEqual({
      sub: 'ada',
      email: 'ada@example.com',
      email_verified: true,
      'https://example.com/role': 'x',
    });
    expect(claimsOf(id_token)).not.toHaveProperty('name');
  });
});

test('the new ID Token has the time of the login and its sid, and no nonce', () => {
  const server = new TestServer();
  const first = tokensOf(server);
  server.now += 300;
  const claims = claimsOf(renewed(server, first.refresh_token).id_token);
  const before = claimsOf(first.id_token);
  expect(claims).toMatchObject({ sub: 'ada', aud: 'app', auth_time: NOW, sid: before['sid'], iat: NOW + 300 });
  expect(claims).not.toHaveProperty('nonce');
});

describe('an API', () => {
  const audienceOf = (changed: Fields, asked: Fields = { audience: 'https://api.example.com' }): unknown => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server, { scope: 'offline_access read', ...asked });
    const { access_token } = renewed(server, refresh_token, changed);
    return access_token.includes('.') ? claimsOf(access_token)['aud'] : undefined;
  };

  test('stays the one of the login', () => expect(audienceOf({})).toBe('https://api.example.com'));
  test('may be another one', () => {
    expect(audienceOf({ audience: 'https://b.example' })).toBe('https://b.example');
  });
  test('as a resource is one of the login', () => {
    const asked = { resource: ['https://a.example', 'https://b.example'] };
    expect(audienceOf({ resource: 'https://b.example' }, asked)).toBe('https://b.example');
  });
  test('is none when there was none', () => expect(audienceOf({}, {})).toBeUndefined());
  test('of one refresh is not that of the next', () => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server, { scope: 'offline_access', audience: 'https://a.example' });
    const second = renewed(server, refresh_token, { audience: 'https://b.example' });
    expect(claimsOf(renewed(server, second.refresh_token).access_token)['aud']).toBe('https://a.example');
  });
});
