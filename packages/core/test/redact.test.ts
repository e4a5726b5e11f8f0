/** Anything -> the same without secrets, and still readable. OAuth 2.1, section 7.1.3.1. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freezeTransaction, redact } from '../src/index.ts';
import { atEnd, atReceipt, atTokens, give, responded } from './login-states.ts';
import { CODE, jsonResponse, settingsOf } from './support/login.ts';
import { unsigned } from './support/signing.ts';

const HIDDEN = '[redacted]';
const said = (value: unknown, secrets: readonly string[] = []): string => JSON.stringify(redact(value, secrets));

describe('redact', () => {
  test.each([
    [
      'https://client.example.org/cb?code=c0de&state=st4te&iss=https%3A%2F%2Fas.example.com%2F',
      `https://client.example.org/cb?code=${HIDDEN}&state=${HIDDEN}&iss=https%3A%2F%2Fas.example.com%2F`,
    ],
    ['com.example.app:/cb#access_token=at&scope=openid', `com.example.app:/cb#access_token=${HIDDEN}&scope=openid`],
    [
      'redirect_uri=https://client.example.org/cb?code=c0de and redirect_uri=https://client.example.org/cb',
      `redirect_uri=https://client.example.org/cb?code=${HIDDEN} and redirect_uri=https://client.example.org/cb`,
    ],
    [
      'redirect_uri=https%3A%2F%2Fclient.example.org%2Fcb%3Fcode%3dc0de%26state%3Dst4te',
      `redirect_uri=https%3A%2F%2Fclient.example.org%2Fcb%3Fcode%3d${HIDDEN}`,
    ],
    ['return_to%253Fcode%253Dc0de', `return_to%253Fcode%253D${HIDDEN}`],
    ['https://user:pass@as.example.com/x', `https://${HIDDEN}@as.example.com/x`],
    ['Authorization: Bearer at', `Authorization: ${HIDDEN}`],
    ['sent Bearer at to the API', `sent Bearer ${HIDDEN} to the API`],
    ['sent DPoP at, then Basic dXNlcg==', `sent DPoP ${HIDDEN}, then Basic ${HIDDEN}`],
    ['cookie: a=b; c=d', `cookie: ${HIDDEN}; c=${HIDDEN}`],
    ['{"code":"two words","scope":"openid"}', `{"code":${HIDDEN},"scope":"openid"}`],
    ["{ code_verifier: 'v3r1fier', scope: 'openid' }", `{ code_verifier: ${HIDDEN}, scope: 'openid' }`],
    ['{"code":"a\\"b"}', `{"code":${HIDDEN}}`],
    [`the token ${unsigned()} is old`, `the token ${HIDDEN} is old`],
    ['got ya29.a0AfH6SMBxyzabcdefghij', `got ya29.${HIDDEN}`],
    ['4/0AX4XfWhabcdefghijklmn', `4/${HIDDEN}`],
  ])('takes the secrets out of a text: %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    'The authorization server answered "invalid_grant".',
    'See https://github.com/proofkey/proofkey/blob/main/docs/failures.md#id_token_signature_invalid',
    'https://as.example.com/.well-known/oauth-authorization-server/tenant?prompt=none&max_age=0&ui_locales=de',
    'error=access_denied&error_description=no&redirect_uri=http://127.0.0.1:8080/cb',
    'Note: the server says nothing. Why: nobody asked.',
    '{"error":"login_required","scope":"openid profile","expires_in":3600}',
    '',
  ])('leaves alone what is harmless: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('shows only members whose names are known to be harmless', () => {
    expect(
      redact({
        redirect_uri: 'https://client.example.org/cb',
        redirectUri: 'https://client.example.org/cb',
        scope: ['openid', 'profile'],
        error: 'invalid_grant',
        code: 'c0de',
        codeVerifier: 'v',
        refresh_tokens: ['one', ['two']],
        something_new: 'x',
        count: 5,
        ok: true,
        nothing: null,
        absent: undefined,
      }),
    ).toEqual({
      redirect_uri: 'https://client.example.org/cb',
      redirectUri: 'https://client.example.org/cb',
      scope: ['openid', 'profile'],
      error: 'invalid_grant',
      code: HIDDEN,
      codeVerifier: HIDDEN,
      refresh_tokens: [HIDDEN, [HIDDEN]],
      something_new: HIDDEN,
      count: HIDDEN,
      ok: true,
      nothing: null,
      absent: undefined,
    });
  });

  test('hides headers that carry credentials, whatever their case', () => {
    const headers = {
      Authorization: 'Bearer at',
      'Proxy-Authorization': 'Basic x',
      DPoP: 'proof',
      Cookie: 'a=b',
      'set-cookie': ['a=b'],
      'Content-Type': 'application/json',
      'retry-after': '5',
    };
    expect(redact({ headers })).toEqual({
      headers: {
        Authorization: HIDDEN,
        'Proxy-Authorization': HIDDEN,
        DPoP: HIDDEN,
        Cookie: HIDDEN,
        'set-cookie': HIDDEN,
        'Content-Type': 'application/json',
        'retry-after': '5',
      },
    });
  });

  test('hides everything under the name of a secret, and looks into other objects', () => {
    expect(redact({ access_token: { name: 'at', list: ['x'] } })).toEqual({ access_token: HIDDEN });
    expect(redact({ state: { status: 'awaiting_callback', transaction: { state: 's' } } })).toEqual({
      state: { status: 'awaiting_callback', transaction: { state: HIDDEN } },
    });
  });

  test('survives cycles and depth', () => {
    const cyclic: Record<string, unknown> = { name: 'n' };
    cyclic['self'] = cyclic;
    cyclic['list'] = [cyclic];
    expect(redact(cyclic)).toEqual({ name: 'n', self: HIDDEN, list: [HIDDEN] });
    const shared = { scope: 'openid' };
    expect(redact([shared, shared])).toEqual([shared, shared]);
    let deep: unknown = 'c0de';
    for (let i = 0; i < 50_000; i += 1) deep = { deep };
    expect(said(deep)).not.toContain('c0de');
  });

  test('reads errors, with their cause', () => {
    const error = Object.assign(new TypeError('refused code=c0de', { cause: new Error('Bearer at') }), {
      config: { client_secret: 'x' },
      scope: 'openid',
    });
    expect(redact(error)).toEqual({
      name: 'TypeError',
      message: `refused code=${HIDDEN}`,
      cause: { name: 'Error', message: `Bearer ${HIDDEN}` },
      config: { client_secret: HIDDEN },
      scope: 'openid',
    });
    expect(redact(new Error('x', { cause: 'state=st4te' }))).toMatchObject({ cause: `state=${HIDDEN}` });
  });

  test('reads collections, and nothing of octets', () => {
    const collections = {
      map: new Map<unknown, unknown>([
        ['code', 'c0de'],
        ['scope', 'openid'],
        [{}, 1],
      ]),
      set: new Set(['c0de']),
      scope: new Set(['openid']),
      octets: new Uint8Array([1, 2, 3]),
      view: new DataView(new ArrayBuffer(4)),
      buffer: Buffer.from('c0de'),
    };
    expect(redact(collections)).toEqual({
      map: { code: HIDDEN, scope: 'openid', '[object Object]': HIDDEN },
      set: [HIDDEN],
      scope: ['openid'],
      octets: HIDDEN,
      view: HIDDEN,
      buffer: HIDDEN,
    });
  });

  test('shows nothing of functions, symbols and the like', () => {
    expect(redact([() => 'c0de', Symbol('c0de'), 10n, new Date(0), /c0de/, new WeakMap()])).toEqual([
      ...[HIDDEN, HIDDEN, HIDDEN],
      ...[{}, {}, {}],
    ]);
  });

  test('never asks an object for its own way of printing', () => {
    class Token {
      readonly #token = 'c0de';
      readonly name = 'n';
      toJSON(): string {
        return this.#token;
      }
      toString(): string {
        return this.#token;
      }
    }
    expect(redact(new Token())).toEqual({ name: 'n' });
    const own = { toJSON: () => 'c0de', scope: 'openid' };
    expect(said(own)).toBe(`{"toJSON":"${HIDDEN}","scope":"openid"}`);
  });

  test('never throws: getters, proxies, halves of surrogate pairs', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const trap = new Proxy({ scope: 'openid' }, { ownKeys: () => { throw new Error('c0de'); } }); // biome-ignore format: short
    const odd = {
      get name(): string {
        throw new Error('c0de');
      },
      scope: 'openid',
      proxy,
      trap,
    };
    expect(redact(odd)).toEqual({ name: HIDDEN, scope: 'openid', proxy: HIDDEN, trap: HIDDEN });
    expect(redact(proxy)).toBe(HIDDEN);
    expect(redact('a\ud800b', ['\ud800'])).toBe(`a${HIDDEN}b`);
    expect(redact('a'.repeat(10), ['', ...([undefined] as unknown as string[])])).toBe('a'.repeat(10));
  });

  test('keeps names of members that are made of words, and hides those that are secrets', () => {
    const metadata = {
      token_endpoint_auth_methods_supported: true,
      authorizationEndpoint: 'x',
      issParameterSupported: true,
    };
    expect(redact(metadata)).toEqual({ ...metadata, authorizationEndpoint: HIDDEN });
    const two = { [`${'a1'.repeat(20)}`]: {}, [`${'b2'.repeat(20)}`]: { scope: 'x' }, [unsigned()]: true };
    const copy = redact(two) as object;
    expect(Object.keys(copy)).toHaveLength(3);
    expect(JSON.stringify(copy)).not.toMatch(/a1a1|b2b2|eyJ/);
    expect(redact({ 'my-own': true, s3cr3t: 1 }, ['s3cr3t'])).toEqual({ 'my-own': true, [HIDDEN]: HIDDEN });
  });

  test('removes secrets by their value, in every form that they travel in', () => {
    const secret = '4/0A+x y"z~\u00e9';
    const forms = [secret, encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase()];
    const all = [...forms, encodeURIComponent(secret).replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)];
    for (const form of all) expect(redact(`message: ${form}!`, [secret])).toBe(`message: ${HIDDEN}!`);
    expect(redact({ error: [secret], scope: 12345 }, [secret, '12345'])).toEqual({ error: [HIDDEN], scope: HIDDEN });
  });

  test('leaves no rest of a secret that begins like another one', () => {
    expect(redact('abcd-efgh', ['abcd', 'abcd-efgh'])).toBe(HIDDEN);
    expect(redact('.* a.b axb', ['.*', 'a.b'])).toBe(`${HIDDEN} ${HIDDEN} axb`);
  });

  test('hides the secrets of a login in each of its states', () => {
    const { transaction } = atReceipt();
    const echo = responded(jsonResponse({ error: 'invalid_grant', mfa_token: 'mfa', error_description: 'x' }, 400));
    const values = [
      atReceipt(),
      atTokens(),
      atEnd(),
      give(atTokens(), echo),
      freezeTransaction(transaction),
      settingsOf(),
    ];
    for (const value of values) {
      const text = said(value);
      for (const secret of [transaction.state, transaction.nonce, transaction.codeVerifier, CODE, 'eyJ', 'mfa"']) {
        expect(text).not.toContain(secret);
      }
    }
    expect(said(atEnd())).toContain('"status":"logged_in"');
    expect(said(settingsOf())).toContain('"issuer":"https://as.example.com/"');
  });

  test('reads a long text in a moment', () => {
    const pieces = ['a', 'a:', 'a=', '"', '%25', 'name=', 'code="', '//', 'eyJ', 'Basic ', 'a" ', 'a-', '\\"'];
    for (const piece of pieces) expect(typeof redact(piece.repeat(300_000 / piece.length))).toBe('string');
  });
});

describe('a random secret', () => {
  const secret = fc
    .string({ minLength: 6, maxLength: 60, unit: fc.constantFrom(...'abcXYZ0123456789-_.~+/= %&"\'\\:;\u00e9') })
    .map((text) => `s3${text}`);
  const secretName = fc.constantFrom(
    ...['access_token', 'refresh_token', 'id_token', 'accessToken', 'refreshToken', 'idToken', 'token', 'code'],
    ...['code_verifier', 'codeVerifier', 'client_secret', 'state', 'nonce', 'password', 'authorization', 'cookie'],
    ...['dpop', 'mfa_token', 'device_code', 'client_assertion', 'id_token_hint', 'x', '__proto__', 'constructor'],
  );
  const harmlessName = fc.constantFrom('scope', 'error', 'message', 'status', 'name', 'error_description', 'iss');
  const wrap = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(
      fc.tuple(harmlessName, inner, fc.jsonValue()).map(([name, value, more]) => ({ more, [name]: value })),
      fc.tuple(inner, fc.jsonValue()).map(([value, more]) => [more, value]),
      inner.map((value) => new Map([['inner', value]])),
      inner.map((value) => new Set([value])),
      inner.map((cause) => new Error('x', { cause })),
    );
  const anywhere = (core: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(core, wrap(core), wrap(wrap(core)), wrap(wrap(wrap(core))));
  const own = (name: string, value: unknown): object =>
    Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true });

  test('never survives under the name of a secret', () => {
    const placed = fc
      .tuple(secretName, secret, fc.boolean())
      .chain(([name, value, listed]) =>
        fc.record({ value: fc.constant(value), where: anywhere(fc.constant(own(name, listed ? [[value]] : value))) }),
      );
    fc.assert(
      fc.property(placed, ({ value, where }) => {
        expect(said(where)).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
      { numRuns: 2000 },
    );
  });

  test('never survives when it is passed by value, wherever it stands', () => {
    const placed = secret.chain((value) => {
      const text = fc
        .tuple(fc.string(), fc.constantFrom(value, encodeURIComponent(value), JSON.stringify(value)), fc.string())
        .map((parts) => parts.join(''));
      const spot = fc.oneof(
        text,
        fc.constant(value),
        text.map((name) => own(name, true)),
        text.map((one) => ({ error: one })),
      );
      return fc.record({ value: fc.constant(value), where: anywhere(spot) });
    });
    fc.assert(
      fc.property(placed, ({ value, where }) => {
        const text = said(where, ['unrelated', value]);
        for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
          expect(text).not.toContain(form);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('never survives in a query, a form or the JSON of a request', () => {
    const name = secretName.filter((one) => !/^(__proto__|constructor)$/.test(one));
    fc.assert(
      fc.property(name, secret, fc.boolean(), (parameter, value, encodedTwice) => {
        const form = `${new URLSearchParams({ scope: 'openid', [parameter]: value, iss: 'https://as.example' })}`;
        const url = `https://client.example.org/cb?${form}`;
        const outer = encodedTwice ? `redirect_uri=${encodeURIComponent(url)}` : url;
        const { [0]: encoded = '' } = `${new URLSearchParams({ '': value })}`.slice(1).split('%');
        const shown = redact(outer) as string;
        expect(shown).not.toContain(encodedTwice ? encodeURIComponent(encoded) : `=${encoded}`);
        expect(shown).toContain('client.example.org');
        expect(said(JSON.stringify({ [parameter]: value }))).not.toContain(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('negative control: without redact it is found', () => {
    expect(JSON.stringify({ code: 's3cret' })).toContain('s3cret');
    expect(said({ scope: 's3cret' })).toContain('s3cret');
  });
});

test('never throws on anything', () => {
  const anything = fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true, withDate: true, withTypedArray: true, withSparseArray: true, withUnicodeString: true, withObjectString: true }); // biome-ignore format: one option each
  fc.assert(
    fc.property(anything, fc.array(fc.string({ unit: 'binary' })), (value, secrets) => {
      JSON.stringify(redact(value, secrets));
    }),
    { numRuns: 2000 },
  );
});
