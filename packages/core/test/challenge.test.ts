/** WWW-Authenticate -> challenges -> what an API wants. RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9470. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Challenge, type Failure, readChallenges, resourceFailureOf } from '../src/index.ts';
import { untyped } from './support/login.ts';

type Row = {
  readonly id: string;
  readonly title: string;
  readonly header: string;
  readonly challenges: Partial<Challenge>[];
};
const VECTORS = readFileSync(join(import.meta.dirname, 'vectors/vectors.json'), 'utf8');
const ROWS: readonly Row[] = JSON.parse(VECTORS).groups.www_authenticate;
const TOKEN = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';

describe('UI-04 the rows of the vectors, wa-002 wa-004 wa-005 wa-006 wa-008,', () => {
  test('are the ones below', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(['wa-002', 'wa-004', 'wa-005', 'wa-006', 'wa-008']);
  });

  test.each(ROWS)('$id $title: come out as they say', ({ header, challenges }) => {
    expect(readChallenges(header)).toEqual(challenges.map((one) => ({ params: {}, ...one })));
  });
});

describe('UI-04 a field as the grammar has it', () => {
  test.each<[what: string, field: string, challenges: readonly Challenge[]]>([
    ['a scheme alone', 'Bearer', [{ scheme: 'bearer', params: {} }]],
    ['tokens for values', 'Bearer a=b , C=d', [{ scheme: 'bearer', params: { a: 'b', c: 'd' } }]],
    [
      'white space where it may be',
      'Bearer \t a\t=  "b" ,, c = d,',
      [{ scheme: 'bearer', params: { a: 'b', c: 'd' } }],
    ],
    ['an empty text', 'Bearer realm=""', [{ scheme: 'bearer', params: { realm: '' } }]],
    [
      'a comma and a scheme in quotes',
      'Bearer a="b, Basic c=d"',
      [{ scheme: 'bearer', params: { a: 'b, Basic c=d' } }],
    ],
    ['escaped characters', String.raw`Bearer a="\\\"\b"`, [{ scheme: 'bearer', params: { a: '\\"b' } }]],
    [
      'a token68 at the end',
      'Bearer, Negotiate a/b+c==',
      [
        { scheme: 'bearer', params: {} },
        { scheme: 'negotiate', params: {}, token68: 'a/b+c==' },
      ],
    ],
    [
      'two challenges after a token',
      'Newauth realm=apps, type=1, Basic realm="simple"',
      [
        { scheme: 'newauth', params: { realm: 'apps', type: '1' } },
        { scheme: 'basic', params: { realm: 'simple' } },
      ],
    ],
    [
      'a scheme after a token',
      'Bearer realm=x, Negotiate',
      [
        { scheme: 'bearer', params: { realm: 'x' } },
        { scheme: 'negotiate', params: {} },
      ],
    ],
  ])('is read with %s', (_what, field, challenges) => {
    expect(readChallenges(field)).toEqual(challenges);
  });

  test.each(['', ' ', ',', '"', '=', '"Bearer"', null, undefined])('is read as far as it goes: %j', (field) => {
    expect(readChallenges(field).flatMap(({ params }) => Object.keys(params))).toEqual([]);
  });
});

describe('UI-04 a field as servers really send it', () => {
  const only = (field: string): Challenge => {
    const [one, ...more] = readChallenges(field);
    if (!one || more.length > 0) throw new Error(`${more.length + 1} challenges`);
    return one;
  };

  test.each<[what: string, field: string, scheme: string, params: Record<string, string>]>([
    [
      'no scheme, and values without quotes',
      'error=invalid_request,error_description=Access token not found, or not ours',
      '',
      { error: 'invalid_request', error_description: 'Access token not found, or not ours' },
    ],
    [
      'quotes in quotes and a scheme in lower case',
      'bearer error="missing_authorization", error_description="Missing "Authorization" in headers."',
      'bearer',
      { error: 'missing_authorization', error_description: 'Missing "Authorization" in headers.' },
    ],
    [
      'words before the next parameter',
      'Bearer error_description=The token, which expired, error=invalid_token',
      'bearer',
      { error_description: 'The token, which expired', error: 'invalid_token' },
    ],
    [
      'forgotten commas',
      'Bearer realm="x" error=invalid_token a=b',
      'bearer',
      { realm: 'x', error: 'invalid_token', a: 'b' },
    ],
    ['a quote that never ends', 'Bearer error="invalid_token', 'bearer', { error: 'invalid_token' }],
    ['a backslash at the end', 'Bearer error="x\\', 'bearer', { error: 'x' }],
    ['a value that is missing', 'Bearer realm=, error=x', 'bearer', { error: 'x' }],
    ['a name that comes twice: the first one holds', 'Bearer error="a", ERROR="b"', 'bearer', { error: 'a' }],
    ['a line break', 'Bearer error="a\nb"', 'bearer', { error: 'a\nb' }],
  ])('is read with %s', (_what, field, scheme, params) => {
    expect(only(field)).toMatchObject({ scheme, params });
    expect(Object.keys(only(field).params)).toEqual(Object.keys(params));
  });

  test('keeps two challenges apart, also after words without quotes', () => {
    expect(readChallenges('Bearer error_description=no token, DPoP algs="ES256 PS256"')).toEqual([
      { scheme: 'bearer', params: { error_description: 'no token' } },
      { scheme: 'dpop', params: { algs: 'ES256 PS256' } },
    ]);
  });

  test('finds nothing that Object has, and changes nothing that it has', () => {
    const [bearer] = readChallenges('Bearer __proto__="x", constructor="y", __PROTO__=z');
    expect(Object.getPrototypeOf(bearer?.params)).toBeNull();
    expect(Object.keys(bearer?.params ?? {})).toEqual(['constructor']);
    expect(bearer?.params['toString']).toBeUndefined();
    expect('x' in {}).toBe(false);
  });
});

describe('UI-04 a hostile field', () => {
  test('is not looked at past 8192 characters', () => {
    const field = `Bearer a="${'x'.repeat(8192 - 10)}${'y'.repeat(1_048_576)}", error="invalid_token"`;
    expect(readChallenges(field)).toEqual([{ scheme: 'bearer', params: { a: 'x'.repeat(8192 - 10) } }]);
    const most = readChallenges('a,'.repeat(524_288));
    expect(most).toHaveLength(4096);
  });

  const piece = fc.constantFrom(
    ...['Bearer ', 'DPoP ', 'a=', 'error="', '"', '\\', ',', ' ', '=', '\t', 'a', '==', '; ', '\u0000', '\ud800', 'é'],
  );
  const field = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 80 }).map((all) => all.join('')),
  );

  test('throws nothing, and brings nothing that is not in it', () => {
    fc.assert(
      fc.property(field, (text) => {
        for (const { scheme, params, token68 = '' } of readChallenges(text)) {
          expect(text.toLowerCase()).toContain(scheme);
          expect(text).toContain(token68);
          for (const [name, value] of Object.entries(params)) {
            expect(text.toLowerCase()).toContain(name);
            expect(text.replace(/\\/g, '')).toContain(value.replace(/\\/g, ''));
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('that is none throws nothing either', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readChallenges(untyped(value))));
    expect(readChallenges(untyped(['Bearer']))).toEqual([]);
  });

  test('that a sound server writes comes out as it went in', () => {
    const token = fc.stringMatching(/^[A-Za-z!#$%&'*+.^_`|~-][\w!#$%&'*+.^`|~-]{0,8}$/);
    const params = fc.dictionary(token, fc.string({ unit: 'grapheme-ascii' }), { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(token, params), { maxLength: 4 }), (given) => {
        const challenges = given.map(([scheme, members]) => {
          const names = Object.entries(members).map(([name, value]) => [name.toLowerCase(), value] as const);
          // The first of two names that differ in case holds.
          return { scheme: scheme.toLowerCase(), params: Object.fromEntries(names.toReversed()) };
        });
        const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
        const written = given.map(
          ([scheme, members]) =>
            `${scheme} ${Object.entries(members)
              .map(([n, v]) => `${n}=${quoted(v)}`)
              .join(', ')}`,
        );
        expect(readChallenges(written.join(', '))).toEqual(challenges);
      }),
      { numRuns: 2000 },
    );
  });
});

const failureOf = (status: number, challenge?: string | null, secrets = [TOKEN]): Failure | undefined =>
  resourceFailureOf({ status, challenge }, secrets);

describe('a refusal of an API', () => {
  test('UI-06 insufficient_scope brings the scope that a login has to ask for', () => {
    const failure = failureOf(403, 'Bearer error="insufficient_scope", error_description="no", scope="read write"');
    expect(failure).toMatchObject({
      kind: 'oauth_error',
      code: 'insufficient_scope',
      recovery: 'log_in_again',
      sessionSurvives: true,
      oauth: { error: 'insufficient_scope', error_description: 'no' },
      http: { status: 403, challenge: 'Bearer' },
    });
    expect(failure?.stepUp).toEqual({ scope: ['read', 'write'] });
    // It was no authorization server that said it.
    expect(failure?.message).toMatch(/^insufficient scope\. See https:/);
  });

  test.each([401, 403])(
    'UI-07 insufficient_user_authentication brings what the login must be like, at %i',
    (status) => {
      const field = 'Bearer error="insufficient_user_authentication", acr_values="urn:mfa  gold", max_age="300"';
      const failure = failureOf(status, field);
      expect(failure).toMatchObject({ code: 'insufficient_user_authentication', recovery: 'log_in_again' });
      expect(failure?.stepUp).toEqual({ acrValues: ['urn:mfa', 'gold'], maxAge: 300 });
    },
  );

  test.each([
    ['max_age="0"', { maxAge: 0 }],
    ['max_age=5', { maxAge: 5 }],
    ['max_age="-1"', {}],
    ['max_age="1.5"', {}],
    ['max_age="1e3"', {}],
    ['max_age=""', {}],
    ['max_age="9999999999"', {}],
    ['acr_values=""', {}],
    ['acr_values="a \u0007 é b"', { acrValues: ['a', 'b'] }],
    ['acr_values="a", scope="x"', { acrValues: ['a'], scope: ['x'] }],
    [String.raw`scope="a \"b \\ c"`, { scope: ['a', 'c'] }],
    ['scope="a a b a"', { scope: ['a', 'b'] }],
    ['', {}],
  ])('UI-07 what is odd in %s is left out', (params, stepUp) => {
    expect(failureOf(401, `Bearer error="insufficient_user_authentication", ${params}`)?.stepUp).toEqual(stepUp);
  });

  test('UI-06 asks for 32 scopes at the most', () => {
    const scope = Array.from({ length: 100 }, (_, index) => `s${index}`);
    expect(failureOf(403, `Bearer error="insufficient_scope", scope="${scope.join(' ')}"`)?.stepUp).toEqual({
      scope: scope.slice(0, 32),
    });
  });

  test.each([
    ['Bearer realm="x", error="invalid_token", error_description="expired"', 'invalid_token'],
    ['Bearer error="invalid_request"', 'invalid_request'],
    ['error=invalid_request,error_description=Access token not found', 'invalid_request'],
    ['DPoP error="invalid_token", algs="ES256"', 'invalid_token'],
    ['Basic realm="x", Bearer error="invalid_token"', 'invalid_token'],
    ['DPoP error="use_dpop_nonce", Bearer error="invalid_token"', 'invalid_token'],
    ['Bearer', undefined],
    ['Bearer realm="x"', undefined],
    ['DPoP algs="ES256"', undefined],
    ['Unauthorized', undefined],
    ['Bearer error=""', undefined],
    [`Bearer error="invalid_token", x="${'y'.repeat(8192)}"`, undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('401 with the challenge %j: the token is no longer good', (challenge, error) => {
    const failure = failureOf(401, challenge);
    expect(failure).toMatchObject({ code: 'invalid_token', recovery: 'log_in_again', http: { status: 401 } });
    expect(failure?.oauth?.error).toBe(error);
    expect(failure).not.toHaveProperty('stepUp');
  });

  test('403 that names the token says the same', () => {
    expect(failureOf(403, 'Bearer error="invalid_token"')?.code).toBe('invalid_token');
  });

  test.each(['Basic realm="proxy"', 'Negotiate oYG=, NTLM', 'Digest realm="a", qop="auth", nonce="b"'])(
    '401 with nothing but %s comes from somebody who wants no token',
    (challenge) => {
      expect(failureOf(401, challenge)).toBeUndefined();
    },
  );

  test.each([
    [403, undefined],
    [403, 'Bearer'],
    [403, 'Bearer error="invalid_request"'],
    [403, `Bearer error="insufficient_scope", x="${'y'.repeat(8192)}"`],
    [200, 'Bearer error="invalid_token"'],
    [400, 'Bearer error="invalid_token"'],
    [404, 'Bearer error="insufficient_scope"'],
    [500, 'Bearer error="invalid_token"'],
  ])('%i with %j is none of these', (status, challenge) => {
    expect(failureOf(status, challenge)).toBeUndefined();
  });

  test('quotes an API in one bounded line, and no address that is none of the web', () => {
    const text = `a\u0000b\u202e${'x'.repeat(3000)}`;
    const field = `Bearer error="invalid_token", error_description="${text}", error_uri="javascript:alert(1)"`;
    const { oauth } = failureOf(401, field) ?? {};
    expect(oauth?.error_description).toMatch(/^a b x+$/);
    expect(oauth?.error_description).toHaveLength(1024);
    expect(oauth?.error_uri).toBeUndefined();
  });
});

describe('an API that sends the access token back', () => {
  const long = `${TOKEN}.${'z'.repeat(9000)}`;
  const printed = (failure: Failure | undefined): string =>
    JSON.stringify(failure) + inspect(failure, { depth: 9, showHidden: true });

  test.each([
    TOKEN,
    `Bearer${TOKEN}`,
    `Bearer error="${TOKEN}"`,
    `Bearer error="invalid_token", error_description="The token ${TOKEN} expired", x="${TOKEN}"`,
    `Bearer error="insufficient_scope", scope="a ${TOKEN} b-${TOKEN} ${TOKEN.slice(1)}${TOKEN}"`,
    `Bearer error="insufficient_user_authentication", acr_values="${TOKEN} b", error_uri="https://x/?${TOKEN}"`,
  ])('does not bring it into the failure: %s', (challenge) => {
    for (const status of [401, 403]) expect(printed(failureOf(status, challenge))).not.toContain(TOKEN);
  });

  test('leaves out the whole word, and keeps the others', () => {
    const failure = failureOf(403, `Bearer error="insufficient_scope", scope="a b-${TOKEN} c"`);
    expect(failure?.stepUp).toEqual({ scope: ['a', 'c'] });
  });

  test('does not bring a part of it where the field is cut off', () => {
    for (const challenge of [`Bearer error="invalid_token", error_description="${long}"`, long]) {
      expect(printed(failureOf(401, challenge, [long]))).not.toContain(TOKEN.slice(0, 6));
    }
  });

  test('negative control: without the token to strike out, the echo is there', () => {
    expect(printed(failureOf(403, `Bearer error="insufficient_scope", scope="${TOKEN}"`, []))).toContain(TOKEN);
  });
});
