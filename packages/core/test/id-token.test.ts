/** ID Token -> validated claims. OpenID Connect Core, sections 3.1.3.7, 3.1.3.8 and 12.2; RFC 7515; RFC 8725. */
import { describe, expect, test } from 'vitest';
import {
  acceptIdToken,
  type ClientSettings,
  createSession,
  type ExpectedIdToken,
  freezeSession,
  type IdTokenClaims,
  type Nonce,
  readCodeExchangeResponse,
  type SigningAlgorithm,
  stepLogin,
  validateIdToken,
} from '../src/index.ts';
import { digestOf } from './support/digest.ts';
import { CLIENT_ID, CODE, ISSUER, jsonResponse, NOW, settingsOf, transactionOf, untyped } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';
import { base64url, type Claims, claimsOf, halfHash, unsigned } from './support/signing.ts';

type Change = { settings?: Partial<ClientSettings>; expected?: Partial<ExpectedIdToken> };
const validate = (token: string, { settings, expected }: Change = {}) =>
  validateIdToken(settingsOf(settings), { issuer: ISSUER, ...expected }, token, NOW);
const claims = (more: Claims | string, change?: Change): string =>
  outcomeOf(validate(unsigned(typeof more === 'string' ? more : claimsOf(more)), change));
const header = (more: Claims | string, change?: Change): string =>
  outcomeOf(validate(unsigned(claimsOf(), typeof more === 'string' ? more : { alg: 'RS256', ...more }), change));
const without = (name: string): Claims =>
  Object.fromEntries(Object.entries(claimsOf()).filter(([one]) => one !== name));

describe('ID Token', () => {
  test('accepts one that is right in every respect (idt-001, idt-008)', () => {
    const { claims: found } = valueIn(validate(unsigned(claimsOf({ name: 'Ada', 'https://a.example/role': ['x'] }))));
    expect(found).toEqual(claimsOf({ name: 'Ada', 'https://a.example/role': ['x'] }));
  });

  describe('iss', () => {
    test.each([
      `${ISSUER}1`,
      ISSUER.slice(0, -1),
      `${ISSUER}/`,
      ISSUER.replace('https', 'http'),
      ISSUER.replace('as', 'AS'),
      ISSUER.replace('.com', '.com:443'),
      `${ISSUER} `,
      '',
    ])('ID-01 refuses %j (idt-028, idt-029, AT-47)', (iss) => {
      expect(claims({ iss })).toBe('id_token_iss_invalid');
    });

    test.each([[null], [1], [[ISSUER]], [{}], [true]])('ID-01 refuses %j', (iss) => {
      expect(claims({ iss })).toBe('id_token_iss_invalid');
    });

    test('ID-01 refuses a token without it (idt-032)', () => {
      expect(outcomeOf(validate(unsigned(without('iss'))))).toBe('id_token_iss_invalid');
    });
  });

  describe('aud and azp', () => {
    test.each([[CLIENT_ID], [[CLIENT_ID]], [[CLIENT_ID, CLIENT_ID]]])('ID-02 accepts %j', (aud) => {
      expect(claims({ aud })).toBe('accepted');
    });

    test.each([
      [`${CLIENT_ID}1`],
      [CLIENT_ID.toLowerCase()],
      [`${CLIENT_ID},other`],
      [`x${CLIENT_ID}x`],
      [''],
      [[]],
      [['other']],
      [[`${CLIENT_ID}1`]],
      [[[CLIENT_ID]]],
      [{ [CLIENT_ID]: true }],
      [null],
      [1],
    ])('ID-02 refuses %j (idt-035, idt-041, AT-47)', (aud) => {
      expect(claims({ aud })).toBe('id_token_aud_invalid');
    });

    test('ID-02 refuses a token without it', () => {
      expect(outcomeOf(validate(unsigned(without('aud'))))).toBe('id_token_aud_invalid');
    });

    test('ID-03 refuses a further audience, unless it is trusted (idt-043)', () => {
      const aud = [CLIENT_ID, 'https://api.example.com'];
      const trusting = { settings: { trustedAudiences: ['https://api.example.com'] } };
      expect(claims({ aud })).toBe('id_token_aud_invalid');
      expect(claims({ aud, azp: CLIENT_ID })).toBe('id_token_aud_invalid');
      expect(claims({ aud }, trusting)).toBe('accepted');
      expect(claims({ aud: [...aud, 'x'] }, trusting)).toBe('id_token_aud_invalid');
      expect(claims({ aud: ['https://api.example.com'] }, trusting)).toBe('id_token_aud_invalid');
    });

    test.each([
      [CLIENT_ID, 'accepted'],
      ['other', 'id_token_azp_invalid'],
      ['', 'id_token_azp_invalid'],
      [null, 'id_token_azp_invalid'],
      [[CLIENT_ID], 'id_token_azp_invalid'],
    ])('ID-04 azp %j is %s', (azp, outcome) => {
      expect(claims({ azp })).toBe(outcome);
    });
  });

  describe('exp', () => {
    test.each([
      [30, NOW - 29, 'accepted'],
      [30, NOW - 30, 'id_token_expired'],
      [0, NOW + 1, 'accepted'],
      [0, NOW, 'id_token_expired'],
      [300, NOW - 299, 'accepted'],
      [300, NOW - 300, 'id_token_expired'],
      [undefined, NOW - 29, 'accepted'],
      [undefined, NOW - 30, 'id_token_expired'],
    ])('ID-09 with a tolerance of %j, exp %i is %s (idt-010, idt-011)', (clockTolerance, exp, outcome) => {
      const settings = clockTolerance === undefined ? {} : { clockTolerance };
      expect(claims({ exp, iat: NOW - 600 }, { settings })).toBe(outcome);
    });

    test.each([
      ['missing', undefined],
      ['null', null],
      ['text', String(NOW + 300)],
      ['a boolean', true],
      ['negative', -1],
      ['in milliseconds', (NOW + 300) * 1000],
      ['an array', [NOW + 300]],
      ['an object', {}],
    ])('ID-09 refuses an exp that is %s (AT-49)', (_what, exp) => {
      expect(claims({ exp })).toBe('id_token_exp_invalid');
    });

    test('ID-09 refuses an infinite one', () => {
      expect(claims(JSON.stringify(claimsOf()).replace(/"exp":\d+/, '"exp":1e400'))).toBe('id_token_exp_invalid');
    });

    test('ID-09 refuses one before iat, and takes one that equals it', () => {
      expect(claims({ exp: NOW - 11, iat: NOW - 10 })).toBe('id_token_exp_invalid');
      expect(claims({ exp: NOW - 10, iat: NOW - 10 })).toBe('accepted');
    });

    test('ID-09 takes a fraction of a second', () => {
      expect(claims({ exp: NOW + 0.5 }, { settings: { clockTolerance: 0 } })).toBe('accepted');
    });
  });

  describe('iat and nbf', () => {
    test.each([
      [NOW + 30, 'accepted'],
      [NOW + 31, 'id_token_iat_invalid'],
      [NOW - 604_800, 'accepted'],
    ])('ID-10 iat %i is %s', (iat, outcome) => {
      expect(claims({ iat, exp: NOW + 3600 })).toBe(outcome);
    });

    test.each([[undefined], [null], [String(NOW)], [-1], [NOW * 1000], [{}]])(
      'ID-10 refuses %j for iat (idt-062)',
      (iat) => {
        expect(claims({ iat })).toBe('id_token_iat_invalid');
      },
    );

    test('ID-10 a maximum age counts to the second, the tolerance on top', () => {
      const settings = { maxIdTokenAge: 300 };
      expect(claims({ iat: NOW - 330 }, { settings })).toBe('accepted');
      expect(claims({ iat: NOW - 331 }, { settings })).toBe('id_token_iat_invalid');
      expect(claims({ iat: NOW - 1 }, { settings: { maxIdTokenAge: 0, clockTolerance: 0 } })).toBe(
        'id_token_iat_invalid',
      );
    });

    test.each([
      [NOW + 30, 'accepted'],
      [NOW + 31, 'id_token_nbf_invalid'],
      [0, 'accepted'],
      ['x', 'id_token_nbf_invalid'],
      [null, 'id_token_nbf_invalid'],
    ])('ID-17 nbf %j is %s', (nbf, outcome) => {
      expect(claims({ nbf })).toBe(outcome);
    });
  });

  describe('nonce', () => {
    const expected = { nonce: 'n-0S6_WzA2Mj' as Nonce };
    test.each([
      ['n-0S6_WzA2Mj', 'accepted'],
      ['n-0S6_WzA2Mj1', 'id_token_nonce_invalid'],
      ['n-0S6_WzA2M', 'id_token_nonce_invalid'],
      ['N-0S6_WZA2MJ', 'id_token_nonce_invalid'],
      ['', 'id_token_nonce_invalid'],
      [undefined, 'id_token_nonce_invalid'],
      [null, 'id_token_nonce_invalid'],
      [['n-0S6_WzA2Mj'], 'id_token_nonce_invalid'],
      [{}, 'id_token_nonce_invalid'],
    ])('ID-11 %j is %s (AT-48)', (nonce, outcome) => {
      expect(claims({ nonce }, { expected })).toBe(outcome);
    });

    test('ID-12 refuses one that nobody sent', () => {
      expect(claims({ nonce: 'x' })).toBe('id_token_nonce_invalid');
      expect(claims({ nonce: '' })).toBe('id_token_nonce_invalid');
    });
  });

  describe('auth_time', () => {
    test.each([
      [0, NOW, 'accepted'],
      [0, NOW - 30, 'accepted'],
      [0, NOW - 31, 'id_token_auth_time_invalid'],
      [0, undefined, 'id_token_auth_time_invalid'],
      [300, NOW - 330, 'accepted'],
      [300, NOW - 331, 'id_token_auth_time_invalid'],
      [300, NOW + 30, 'accepted'],
      [300, NOW + 31, 'id_token_auth_time_invalid'],
      [300, undefined, 'id_token_auth_time_invalid'],
      [300, null, 'id_token_auth_time_invalid'],
      [300, String(NOW), 'id_token_auth_time_invalid'],
      [undefined, undefined, 'accepted'],
      [undefined, NOW - 1e6, 'accepted'],
      [undefined, 'x', 'id_token_auth_time_invalid'],
    ])('ID-13 with a max_age of %j, %j is %s (idt-016, idt-080)', (maxAge, auth_time, outcome) => {
      expect(claims({ auth_time }, { expected: { maxAge } })).toBe(outcome);
    });

    test('ID-13 is required when it was asked for as essential', () => {
      expect(claims({}, { expected: { authTime: true } })).toBe('id_token_auth_time_invalid');
      expect(claims({ auth_time: NOW - 1e6 }, { expected: { authTime: true } })).toBe('accepted');
    });
  });

  describe('acr and organization', () => {
    test.each([
      [['silver'], 'silver', 'accepted'],
      [['gold', 'silver'], 'silver', 'accepted'],
      [['silver'], 'bronze', 'id_token_acr_invalid'],
      [['silver'], 'silver ', 'id_token_acr_invalid'],
      [['silver'], undefined, 'id_token_acr_invalid'],
      [['silver'], ['silver'], 'id_token_acr_invalid'],
      [[], 'bronze', 'accepted'],
      [[], '', 'id_token_acr_invalid'],
      [[], undefined, 'id_token_acr_invalid'],
      [undefined, '0', 'accepted'],
    ])('ID-14 asked for %j, acr %j is %s', (acrValues, acr, outcome) => {
      expect(claims({ acr }, { expected: { acrValues } })).toBe(outcome);
    });

    test.each([
      ['org_a', { org_id: 'org_a' }, 'accepted'],
      ['org_a', { org_id: 'org_A' }, 'id_token_org_id_invalid'],
      ['org_a', { org_name: 'org_a' }, 'id_token_org_id_invalid'],
      ['org_a', {}, 'id_token_org_id_invalid'],
      ['acme', { org_name: 'acme', org_id: 'org_a' }, 'accepted'],
      ['Acme', { org_name: 'acme' }, 'accepted'],
      ['acme', { org_name: 'acme2' }, 'id_token_org_name_invalid'],
      ['acme', { org_id: 'acme' }, 'id_token_org_name_invalid'],
      ['acme', {}, 'id_token_org_name_invalid'],
      [undefined, { org_id: 'org_a' }, 'accepted'],
    ])('ID-25 asked for %j, %j is %s', (organization, more, outcome) => {
      expect(claims(more, { expected: { organization } })).toBe(outcome);
    });
  });

  describe('sub', () => {
    test.each(['a', 'auth0|5f7c', 's'.repeat(255)])('ID-16 takes %j (idt-019)', (sub) => {
      expect(claims({ sub })).toBe('accepted');
    });

    test.each([[''], ['s'.repeat(256)], [undefined], [null], [1], [['a']], [{}], ['caf\u00e9'], ['\u{1f600}']])(
      'ID-16 refuses %j (idt-051)',
      (sub) => {
        expect(claims({ sub })).toBe('id_token_sub_invalid');
      },
    );
  });

  describe('at_hash', () => {
    const accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';
    const expected = { accessToken };
    /** As the machine goes about it: what is hashed is what the claims left open. */
    function accepted(at_hash: unknown): string {
      const read = validate(unsigned(claimsOf({ at_hash })), { expected });
      if (!read.ok) return read.failure.code;
      const { hashed } = read.value;
      return outcomeOf(acceptIdToken(read.value, 'verified', hashed && digestOf(hashed.algorithm, hashed.ascii)));
    }

    test.each([
      ['77QmUPtjPfzWtF2AnpK9RQ', 'accepted'],
      ['77QmUPtjPfzWtF2AnpK9RQ1', 'id_token_at_hash_invalid'],
      ['77QmUPtjPfzWtF2AnpK9RQ==', 'id_token_at_hash_invalid'],
      ['77qmuptjpfzwtf2anpk9rq', 'id_token_at_hash_invalid'],
      [halfHash('another'), 'id_token_at_hash_invalid'],
      ['77QmUPtjPfzWtF2AnpK9RWpXrWlrecdbLUyJDIb7S6Q', 'id_token_at_hash_invalid'],
      ['', 'id_token_at_hash_invalid'],
      [null, 'id_token_at_hash_invalid'],
      [1, 'id_token_at_hash_invalid'],
      [undefined, 'accepted'],
    ])('ID-15 %j is %s (AT-50)', (at_hash, outcome) => {
      expect(accepted(at_hash)).toBe(outcome);
    });

    test('ID-15 without an access token there is nothing to compare it with', () => {
      expect(valueIn(validate(unsigned(claimsOf({ at_hash: 'x' })))).hashed).toBeUndefined();
      expect(valueIn(validate(unsigned(claimsOf()), { expected })).hashed).toBeUndefined();
    });

    test('ID-15 an empty one is not the half of a digest that is empty, too', () => {
      const read = valueIn(validate(unsigned(claimsOf({ at_hash: '' })), { expected }));
      expect(outcomeOf(acceptIdToken(read, 'verified', new Uint8Array()))).toBe('id_token_at_hash_invalid');
    });

    test.each([
      ['RS256', 'SHA-256'],
      ['ES256', 'SHA-256'],
      ['PS256', 'SHA-256'],
      ['RS384', 'SHA-384'],
      ['ES384', 'SHA-384'],
      ['ES512', 'SHA-512'],
      ['PS512', 'SHA-512'],
      ['EdDSA', 'SHA-512'],
      ['Ed25519', 'SHA-512'],
    ] as const)('ID-15 %s hashes with %s, and the token is accepted with that hash only', (alg, algorithm) => {
      const at_hash = halfHash(accessToken, alg);
      const token = valueIn(validate(unsigned(claimsOf({ at_hash }), { alg }), { expected }));
      expect(token.hashed).toEqual({ algorithm, ascii: accessToken });
      const accept = (digest?: Uint8Array) => outcomeOf(acceptIdToken(token, 'verified', digest));
      expect(accept(digestOf(algorithm, accessToken))).toBe('accepted');
      for (const wrong of [undefined, new Uint8Array(), digestOf(algorithm, 'other'), digestOf('SHA-256', 'other')])
        expect(accept(wrong)).toBe('id_token_at_hash_invalid');
    });
  });

  describe('alg', () => {
    test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
      'ID-06 takes %s (idt-027)',
      (alg) => {
        expect(header({ alg })).toBe('accepted');
      },
    );

    test.each([
      ['none'],
      ['None'],
      ['NONE'],
      ['nOnE'],
      [''],
      [null],
      [undefined],
      [0],
      [['none']],
      [{}],
      ['none '],
      [['RS256']],
    ])('ID-07 refuses %j (idt-086, 087, 089, AT-43)', (alg) => {
      expect(header({ alg })).toBe('id_token_alg_invalid');
    });

    test.each(['HS256', 'HS384', 'HS512', 'hs256'])('ID-08 refuses %s (idt-091, AT-44)', (alg) => {
      expect(header({ alg })).toBe('id_token_alg_invalid');
      const asked = { settings: { signingAlgorithms: untyped([alg]) }, expected: { signingAlgorithms: [alg] } };
      expect(header({ alg }, asked)).toBe('id_token_alg_invalid');
    });

    test.each([
      'rs256',
      'RS256 ',
      'RS256\n',
      'RS2567',
      'xRS256',
      'RS1',
      'ES256K',
      'Ed448',
      'A256GCM',
      'RSA-OAEP',
      'toString',
    ])('ID-06 refuses %j', (alg) => {
      expect(header({ alg })).toBe('id_token_alg_invalid');
    });

    test('ID-06 settings and metadata narrow the list, and never widen it (idt-095)', () => {
      const both = (mine?: SigningAlgorithm[], theirs?: string[]): string =>
        header(
          { alg: 'RS256' },
          { settings: mine ? { signingAlgorithms: mine } : {}, expected: { signingAlgorithms: theirs } },
        );
      expect(both(['RS256'])).toBe('accepted');
      expect(both(['ES256'])).toBe('id_token_alg_invalid');
      expect(both(undefined, ['HS256', 'RS256'])).toBe('accepted');
      expect(both(undefined, ['HS256'])).toBe('id_token_alg_invalid');
      expect(both(['RS256'], ['ES256'])).toBe('id_token_alg_invalid');
      expect(both(['RS256'], ['RS256'])).toBe('accepted');
      expect(both([], undefined)).toBe('id_token_alg_invalid');
      expect(header({ alg: 'none' }, { expected: { signingAlgorithms: ['none'] } })).toBe('id_token_alg_invalid');
    });
  });

  describe('header', () => {
    test.each([['JWT'], ['jwt'], ['Jwt'], [undefined]])('ID-24 takes the type %j', (typ) => {
      expect(header({ typ })).toBe('accepted');
    });

    test.each([
      ['at+jwt'],
      ['logout+jwt'],
      ['application/at+jwt'],
      ['JWT '],
      [' JWT'],
      ['xJWT'],
      ['dpop+jwt'],
      [''],
      [1],
      [null],
      [{}],
      [['JWT']],
    ])('ID-24 refuses the type %j (AT-51)', (typ) => {
      expect(header({ typ })).toBe('id_token_typ_invalid');
    });

    test('ID-24 refuses a logout token', () => {
      expect(claims({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })).toBe(
        'id_token_events_invalid',
      );
      expect(claims({ events: null })).toBe('id_token_events_invalid');
    });

    test.each([[['exp']], [['b64']], [[]], ['x'], [null], [{}], [0]])(
      'ID-18 refuses crit %j (idt-106, idt-107)',
      (crit) => {
        expect(header({ crit })).toBe('id_token_crit_invalid');
        expect(header({ crit, b64: false, exp: 1 })).toBe('id_token_crit_invalid');
      },
    );

    test('ID-19 looks at no key and at no address of one (idt-100)', () => {
      const { kty } = { kty: 'RSA' };
      const lure = {
        jwk: { kty, n: 'x', e: 'AQAB' },
        jku: 'https://attacker.example/jwks',
        x5u: 'https://a.example',
        x5c: ['x'],
      };
      const { jwt } = valueIn(validate(unsigned(claimsOf(), { alg: 'RS256', kid: 'a', ...lure })));
      expect(Object.keys(jwt).sort()).toEqual(['alg', 'input', 'kid', 'payload', 'signature']);
    });

    test.each([[{ toString: 1 }], [{}], [['a']], [1], [null], [true]])(
      'ID-20 a kid %j is no text, and nothing throws',
      (kid) => {
        expect(() => header({ kid })).not.toThrow();
        const result = validate(unsigned(claimsOf(), { alg: 'RS256', kid }));
        expect(result.ok ? typeof result.value.jwt.kid : result.failure.code).toMatch(/^(string|id_token_malformed)$/);
      },
    );

    test.each([[{ toString: 1 }], [{ toString: 1, valueOf: 1 }]])('ID-24 a type %j throws nothing', (typ) => {
      expect(header({ typ })).toBe('id_token_typ_invalid');
    });

    test.each(['kid', 'typ', 'alg', 'crit'])('ID-22 a %s that is nested 60 000 deep throws nothing', (name) => {
      const deep = '['.repeat(60_000) + ']'.repeat(60_000);
      const text = name === 'alg' ? `{"alg":${deep}}` : `{"alg":"RS256","${name}":${deep}}`;
      expect(header(text)).toMatch(/^id_token_/);
    });
  });

  describe('form', () => {
    const good = unsigned();
    const [head = '', body = '', seal = ''] = good.split('.');

    test.each([
      ['nothing', ''],
      ['two parts', `${head}.${body}`],
      ['four parts', `${good}.x`],
      ['six parts', `${good}.x.y.z`],
      ['padding in the header', `${head}==.${body}.${seal}`],
      ['padding in the payload', `${head}.${body}=.${seal}`],
      ['padding in the signature', `${head}.${body}.${seal}==`],
      ['a space before it', ` ${good}`],
      ['a line feed after it', `${good}\n`],
      ['white space in the payload', `${head}.${body.slice(0, 8)} ${body.slice(8)}.${seal}`],
      ['the other alphabet', `${head}.${base64url('{"\u00ff\u00fe"').replace(/[-_]/g, '+')}.${seal}`],
      ['a header that is no JSON', `${base64url('nope')}.${body}.${seal}`],
      ['a header that is an array', `${base64url('[]')}.${body}.${seal}`],
      ['a header that is null', `${base64url('null')}.${body}.${seal}`],
      ['no header', `.${body}.${seal}`],
      ['a payload that is an array', `${head}.${base64url('[]')}.${seal}`],
      ['a payload that is text', `${head}.${base64url('"x"')}.${seal}`],
      ['a payload that is cut', `${head}.${base64url('{"iss":"x"')}.${seal}`],
      ['no payload', `${head}..${seal}`],
      ['a payload with a BOM', `${head}.${base64url(`\ufeff${JSON.stringify(claimsOf())}`)}.${seal}`],
      ['a payload in Latin-1', `${head}.${base64url(Buffer.from('{"a":"\u00e9"}', 'latin1'))}.${seal}`],
      ['data after the payload', `${head}.${base64url(`${JSON.stringify(claimsOf())}x`)}.${seal}`],
    ])('ID-22 refuses %s (idt-113, 115, 116, 119, 120, 124)', (_what, token) => {
      expect(outcomeOf(validate(token))).toBe('id_token_malformed');
    });

    test('ID-22 takes white space inside the JSON itself', () => {
      expect(claims(` ${JSON.stringify(claimsOf(), null, 2)}\n`)).toBe('accepted');
    });

    test('ID-23 says that an encrypted one cannot be read', () => {
      expect(outcomeOf(validate('a.b.c.d.e'))).toBe('id_token_encrypted');
    });

    test('ID-22 reads 262 144 characters and no more (AT-34)', () => {
      const sized = (length: number): string => {
        const token = unsigned(claimsOf({ x: 'x'.repeat(195_000) }), { alg: 'RS256' });
        return `${token}${'A'.repeat(length - token.length)}`;
      };
      expect(outcomeOf(validate(sized(262_145)))).toBe('id_token_too_large');
      expect(outcomeOf(validate(sized(262_144)))).not.toBe('id_token_too_large');
    });
  });

  describe('claims as an object', () => {
    const text = JSON.stringify(claimsOf());

    test('idt-126 ID-26 a "__proto__" member supplies no sub (AT-33)', () => {
      const odd = text.replace(/"sub":"\d+",/, '').replace(/}$/, ',"__proto__":{"sub":"admin"}}');
      expect(claims(odd)).toBe('id_token_sub_invalid');
    });

    test('idt-127 ID-26 a "__proto__" member beside valid claims changes nothing', () => {
      const { claims: found } = valueIn(validate(unsigned(text.replace(/}$/, ',"__proto__":{"admin":true}}'))));
      expect(untyped(found).admin).toBeUndefined();
      expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
      expect('admin' in {}).toBe(false);
    });

    test.each(['email_verified', 'updated_at', 'address'])('ID-26 an odd %s is left out and harms nobody', (name) => {
      const { claims: found } = valueIn(validate(unsigned(claimsOf({ [name]: [1] }))));
      expect(Object.hasOwn(found, name)).toBe(false);
    });

    test('ID-26 ID-22 a session whose claims are nested deeply can still be stored', () => {
      const transaction = transactionOf({ scope: ['profile'] });
      const deep = '['.repeat(20_000) + ']'.repeat(20_000);
      const id_token = unsigned(text.replace(/}$/, `,"x":${deep}}`));
      const response = jsonResponse({ access_token: 'a', token_type: 'Bearer', id_token });
      const tokens = readCodeExchangeResponse(settingsOf(), transaction, response, NOW);
      if (!tokens.ok) return expect(tokens.failure.code).toBe('id_token_malformed');
      const idToken = tokens.value.idToken && valueIn(acceptIdToken(tokens.value.idToken, 'verified'));
      expect(() => freezeSession(createSession(transaction, tokens.value, idToken))).not.toThrow();
    });
  });

  describe('in a refresh', () => {
    const original = claimsOf({ iat: NOW - 5000, nonce: 'n', auth_time: NOW - 5000 }) as unknown as IdTokenClaims;
    test.each([
      ['as it was, nonce absent (idt-129)', { auth_time: NOW - 5000 }, 'accepted'],
      ['the same nonce', { nonce: 'n', auth_time: NOW - 5000 }, 'accepted'],
      ['auth_time absent', {}, 'accepted'],
      ['another nonce', { nonce: 'x' }, 'id_token_nonce_invalid'],
      ['another issuer', { iss: `${ISSUER}1` }, 'id_token_iss_invalid'],
      ['another audience (idt-134)', { aud: 'other' }, 'id_token_aud_invalid'],
      ['another person', { sub: 'x' }, 'id_token_sub_invalid'],
      ['a later auth_time', { auth_time: NOW - 10 }, 'id_token_auth_time_invalid'],
      ['another azp', { azp: 'other' }, 'id_token_azp_invalid'],
      ['an earlier iat', { iat: NOW - 5001 }, 'id_token_iat_invalid'],
      ['the same iat', { iat: NOW - 5000 }, 'accepted'],
    ])('RF-08 %s: %j is %s', (_what, more, outcome) => {
      expect(claims(more, { expected: { original } })).toBe(outcome);
    });

    test('RF-08 a nonce where the login had none is refused', () => {
      const { nonce: _, ...plain } = original;
      expect(claims({ nonce: 'n' }, { expected: { original: plain as IdTokenClaims } })).toBe('id_token_nonce_invalid');
    });

    test.each([
      ['org_a', undefined, 'accepted'],
      ['org_a', 'org_a', 'accepted'],
      ['org_a', 'org_b', 'id_token_org_id_invalid'],
      [undefined, 'org_b', 'id_token_org_id_invalid'],
    ])('RF-08 of a login for organization %j, one for %j is %s', (before, org_id, outcome) => {
      const expected = { original: { ...original, org_id: before } as IdTokenClaims };
      expect(claims({ org_id }, { expected })).toBe(outcome);
    });
  });

  test('ID-05 what is delivered is marked by how it was checked', () => {
    const transaction = transactionOf({}, {});
    const { jwksUri: _, ...server } = transaction.server;
    const id_token = unsigned(claimsOf({ nonce: transaction.nonce }));
    const response = jsonResponse({ access_token: 'a', token_type: 'Bearer', id_token });
    const answer = { type: 'response_received', response, now: NOW } as const;
    const withKeys = stepLogin(settingsOf(), { status: 'awaiting_tokens', code: CODE, transaction }, answer);
    expect(withKeys.state.status).toBe('awaiting_keys');
    const noKeys = stepLogin(
      settingsOf(),
      { status: 'awaiting_tokens', code: CODE, transaction: { ...transaction, server } },
      answer,
    );
    expect(noKeys.state).toMatchObject({ status: 'logged_in', session: { idToken: { signature: 'tls_only' } } });
  });
});
