/** What an application may ask of one login. OpenID Connect Core, section 3.1.2.1; RFC 6749, section 3.3; RFC 8707. */
import { describe, expect, test } from 'vitest';
import { opened, sent, settingsOf, transactionOf, untyped } from './support/login.ts';

describe('scope', () => {
  test.each(['openid', 'read:x', '!', '#$%&', '[', ']', '^_`{|}~', 'https://www.googleapis.com/auth/drive'])(
    'AR-10 takes the token %j',
    (token) => {
      expect(sent({ scope: ['a', token] }).get('scope')).toBe(`a ${token}`);
    },
  );

  test.each(['', ' ', 'a b', 'a"b', 'a\\b', 'a\tb', 'a\nb', 'a\n', '\u007f', 'caf\u00e9', '\0'])(
    'AR-10 refuses the token %j (ar-025)',
    (token) => {
      expect(opened({ scope: ['openid', token] })).toBe('invalid_scope');
    },
  );

  test.each([
    ['openid profile'],
    [null],
    [1],
    [{ 0: 'openid', length: 1 }],
    [[['openid']]],
    [[null]],
    [[undefined]],
    [[1]],
  ])('AR-10 refuses %j: it is no list of tokens', (scope) => {
    expect(opened({ scope: untyped(scope) })).toBe('invalid_scope');
  });

  test('AR-12 adds nothing: offline_access is sent when it is asked for, and only then', () => {
    expect(sent({ scope: ['openid', 'offline_access'] }).get('scope')).toBe('openid offline_access');
    expect(sent({ scope: ['openid'] }).get('scope')).toBe('openid');
    expect(sent({ scope: ['openid', 'offline_access'] }).has('prompt')).toBe(false);
  });

  test('AR-10 an empty list sends no scope', () => {
    expect(sent({ scope: [] }).has('scope')).toBe(false);
  });
});

describe('typed parameters', () => {
  test('AR-19 each has its name and its form', () => {
    const claims = {
      id_token: { acr: { essential: true, values: ['silver'] }, email: null },
      userinfo: { name: null },
    };
    const query = sent({
      maxAge: 300,
      acrValues: ['gold', 'silver'],
      idTokenHint: 'a.b.c',
      loginHint: 'ada@example.com',
      uiLocales: ['fr-CA', 'fr'],
      display: 'popup',
      prompt: ['login', 'consent'],
      responseMode: 'fragment',
      claims,
    });
    expect(Object.fromEntries(query)).toMatchObject({
      max_age: '300',
      acr_values: 'gold silver',
      id_token_hint: 'a.b.c',
      login_hint: 'ada@example.com',
      ui_locales: 'fr-CA fr',
      display: 'popup',
      prompt: 'login consent',
      response_mode: 'fragment',
      claims: JSON.stringify(claims),
    });
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', true, 2 ** 53])(
    'AR-19 refuses a max_age of %j',
    (age) => {
      expect(opened({ maxAge: untyped(age) })).toBe('invalid_parameter');
    },
  );

  test.each([0, 1, 86_400])('AR-06 AR-19 sends a max_age of %i (ar-010)', (maxAge) => {
    expect(sent({ maxAge }).get('max_age')).toBe(String(maxAge));
    expect(transactionOf({ maxAge }).expects.maxAge).toBe(maxAge);
  });

  test.each([
    [['none', 'login']],
    [['login', 'none']],
    [['none', 'none']],
    [['consent', 'none', 'login']],
    ['none login'],
  ])('AR-11 refuses the prompt %j: none stands alone (ar-009)', (prompt) => {
    expect(opened({ prompt: untyped(prompt) })).toBe('invalid_parameter');
  });

  test.each([['none'], [['none']], ['login'], ['create'], [['login', 'select_account']]])(
    'AR-11 takes %j',
    (prompt) => {
      expect(sent({ prompt: untyped(prompt) }).get('prompt')).toBe([prompt].flat().join(' '));
    },
  );

  test('AR-16 sends the audience, and names the token set after it (ar-003)', () => {
    const audience = 'https://api.example.com/';
    expect(sent({ audience }).get('audience')).toBe(audience);
    expect(transactionOf({ audience }).tokenSet).toBe(audience);
    expect(transactionOf({ extra: { audience } }).tokenSet).toBe(audience);
    expect(transactionOf().tokenSet).toBe('');
  });

  test('AR-16 repeats resource, once per API', () => {
    const resource = ['https://api.example.com/a', 'urn:example:b'];
    expect(sent({ resource }).getAll('resource')).toEqual(resource);
    expect(transactionOf({ resource }).tokenSet).toBe('https://api.example.com/a urn:example:b');
    expect(sent({ resource: [] }).has('resource')).toBe(false);
  });

  test.each([
    'https://api.example.com/#x',
    'https://api.example.com/#',
    '/api',
    'api',
    '',
    'https://api.example.com/ x',
  ])('AR-16 refuses the resource %j', (resource) => {
    expect(opened({ resource: ['https://api.example.com/', resource] })).toBe('invalid_resource');
  });

  test('AR-16 a single resource that is no list is sent or refused, but nothing throws', () => {
    const url = opened({ resource: untyped('https://api.example.com/') });
    expect(url).toMatch(/resource=https%3A%2F%2Fapi.example.com%2F|^invalid_resource$/);
  });
});

describe('extra parameters', () => {
  const RESERVED = [
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'code',
    'code_verifier',
    'response_type',
    'response_mode',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'redirect_uri',
    'request',
    'request_uri',
    'grant_type',
    'scope',
    'max_age',
    'prompt',
    'claims',
    'resource',
  ];
  test.each(RESERVED)('AR-15 never replace %s (ar-016, ar-020, AT-22)', (name) => {
    expect(opened({ extra: { [name]: 'evil' } })).toBe('reserved_parameter');
  });

  test('AR-15 never repeat an option that was given', () => {
    expect(opened({ connection: 'github', extra: { connection: 'google' } })).toBe('reserved_parameter');
    expect(sent({ extra: { connection: 'google' } }).getAll('connection')).toEqual(['google']);
  });

  test('AR-15 an option that is undefined was not given', () => {
    const extra = { connection: 'google' };
    expect(sent(untyped({ connection: undefined, extra })).getAll('connection')).toEqual(['google']);
  });

  test('AR-15 pass when no one else speaks of them', () => {
    const extra = { screen_hint: 'signup', 'ext-theme': 'dark', invitation: 'inv 1', States: 'x', hint_state: 'y' };
    expect(Object.fromEntries(sent({ extra }))).toMatchObject(extra);
  });

  // The types forbid these; JavaScript does not. An option that is no option is a mistake, or an attempt.
  test.each([
    ['requestUri', 'request_uri'],
    ['request', 'request'],
    ['clientSecret', 'client_secret'],
    ['clientAssertion', 'client_assertion'],
    ['codeVerifier', 'code_verifier'],
  ])('AR-15 AR-21 an option called %s never becomes %s in the URL (AT-22)', (option, parameter) => {
    const url = opened(untyped({ [option]: 'evil-value' }));
    expect(url).not.toContain(parameter);
    expect(url).not.toContain('evil-value');
  });

  test.each(['token', 'code id_token', 'id_token', 'none'])(
    'AR-01 no caller gets the response type %j (ar-028)',
    (type) => {
      const url = opened(untyped({ responseType: type, response_type: type }));
      expect(url.startsWith('https:') ? new URL(url).searchParams.getAll('response_type') : ['code']).toEqual(['code']);
    },
  );

  test('AR-21 NA-15 no setting brings a secret into the URL', () => {
    const url = opened({}, settingsOf(untyped({ clientSecret: 'hush', client_secret: 'hush' })));
    expect(url).not.toContain('hush');
  });

  test.each(['form_post', 'web_message', 'query.jwt', 'base', ''])(
    'CB-09 CB-21 refuses the response mode %j, whose answer nobody here reads',
    (mode) => {
      expect(opened({ responseMode: untyped(mode) })).toBe('invalid_parameter');
    },
  );
});

describe('what is asked for is expected', () => {
  const expectsOf = (options: object): object => transactionOf(untyped(options)).expects;

  test('ID-13 max_age, zero included, and an essential auth_time', () => {
    expect(expectsOf({ maxAge: 0 })).toMatchObject({ maxAge: 0 });
    expect(expectsOf({ claims: { id_token: { auth_time: { essential: true } } } })).toMatchObject({ authTime: true });
    expect(expectsOf({ claims: { id_token: { auth_time: null } } })).not.toMatchObject({ authTime: true });
  });

  test('ID-14 an essential acr, by value or by values; a voluntary one is not insisted on', () => {
    const acr = (request: object | null): object => expectsOf({ claims: { id_token: { acr: request } } });
    expect(acr({ essential: true, values: ['a', 'b'] })).toMatchObject({ acrValues: ['a', 'b'] });
    expect(acr({ essential: true, value: 'a' })).toMatchObject({ acrValues: ['a'] });
    expect(acr({ essential: false, value: 'a' })).toMatchObject({ acrValues: undefined });
    expect(acr(null)).toMatchObject({ acrValues: undefined });
    expect(expectsOf({ acrValues: ['a'] })).toMatchObject({ acrValues: undefined });
  });

  test('ID-14 an essential acr without values is content with any value', () => {
    expect(expectsOf({ claims: { id_token: { acr: { essential: true } } } })).toMatchObject({ acrValues: undefined });
  });

  test('ID-25 the organization, wherever it was named', () => {
    expect(expectsOf({ organization: 'org_a' })).toMatchObject({ organization: 'org_a' });
    expect(expectsOf({ extra: { organization: 'org_a' } })).toMatchObject({ organization: 'org_a' });
  });
});
