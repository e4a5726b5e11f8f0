/** Discovery as a story: which form is asked first, what ends it, what is believed. RFC 8414; OIDC Discovery 1.0. */
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT, type HttpResponse, isCurrent, METADATA_LIFETIME, startServer, stepServer } from '../src/index.ts';
import {
  at,
  atFailed,
  atKnown,
  atOauth,
  atOpenid,
  discover,
  documentOf,
  endOf,
  HTML,
  OAUTH,
  OPENID,
  published,
  received,
  redirect,
  status,
} from './server-states.ts';
import { ISSUER, jsonResponse, later, metadataRequest, SERVER } from './support/login.ts';

describe('startServer', () => {
  test('DI-02 asks the issuer itself for the OpenID form, without credentials and without a body', () => {
    expect(metadataRequest('https://example.com/issuer1/')).toEqual({
      method: 'GET',
      url: 'https://example.com/issuer1/.well-known/openid-configuration',
      headers: { accept: 'application/json' },
    });
    const { effects } = startServer(ISSUER);
    expect(effects).toEqual([{ type: 'send_request', purpose: 'metadata', request: metadataRequest(ISSUER) }]);
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:9', 'http://[::1]'])(
    'DI-03 may ask %s, which is this computer',
    (issuer) => {
      expect(metadataRequest(issuer).url).toBe(`${issuer}/.well-known/openid-configuration`);
    },
  );

  test.each([
    ['http://example.com'],
    ['https://example.com?x'],
    ['https://u:p@example.com'],
    ['https://example.com/#x'],
    ['file:///etc/passwd'],
    [''],
    [undefined],
    [null],
  ])('DI-03 asks nobody for %j', (issuer) => {
    const { state, effects } = startServer(issuer as string);
    expect(effects).toEqual([]);
    expect(at('failed', { state }).failure).toMatchObject({ kind: 'misuse', code: 'invalid_issuer' });
  });
});

describe('the two forms', () => {
  test('DI-02 the OpenID form is enough: nothing else is asked', () => {
    const end = discover(ISSUER, published());
    expect(end.asked).toEqual([OPENID]);
    expect(at('known', end).server).toEqual({ ...SERVER });
  });

  test('DI-02 the OAuth form is asked second, where there is no first', () => {
    const end = discover(ISSUER, status(404), published());
    expect(end.asked).toEqual([OPENID, OAUTH]);
    expect(at('known', end).server).toEqual({ ...SERVER });
  });

  test.each([
    ['https://example.com', 'https://example.com', ''],
    ['https://example.com/', 'https://example.com', ''],
    ['https://example.com/issuer1', 'https://example.com', '/issuer1'],
    ['https://example.com/realms/a/', 'https://example.com', '/realms/a'],
    ['https://example.com:8443/a', 'https://example.com:8443', '/a'],
    ['http://localhost:3000/a', 'http://localhost:3000', '/a'],
  ])('DI-02 appends, then inserts: %s', (issuer, origin, path) => {
    const end = discover(issuer, status(404), published({}, issuer));
    expect(end.asked).toEqual([
      `${origin}${path}/.well-known/openid-configuration`,
      `${origin}/.well-known/oauth-authorization-server${path}`,
    ]);
  });

  const absent: readonly (readonly [string, HttpResponse])[] = [
    ['404', status(404)],
    ['403, as some servers say it', status(403)],
    ['410', status(410)],
    ['400', status(400)],
    ['401', status(401)],
    ['a page with 200', HTML],
    ['204', status(204)],
    ['JSON that is no object', jsonResponse([])],
    ['text that is no JSON', jsonResponse('{"issuer":')],
    ['the document under another media type', jsonResponse(documentOf(), 200, { 'content-type': 'text/html' })],
    ['a redirect to a login page', redirect(`${ISSUER}login`, 302)],
    ['a redirect to nowhere', redirect(undefined)],
  ];
  test.each(absent)('DI-02 the first form is not there: %s', (_what, response) => {
    const asked = discover(ISSUER, response);
    expect(asked.asked).toEqual([OPENID, OAUTH]);
    expect(at('known', discover(ISSUER, response, published())).server.issuer).toBe(ISSUER);
  });

  /** The document is there: whatever is wrong with it ends discovery, and no other form is asked for. */
  function expectToEndWith(code: string, more: object): void {
    const first = discover(ISSUER, published(more));
    expect([endOf(first), first.asked, first.effects]).toEqual([code, [OPENID], []]);
    const second = discover(ISSUER, status(404), published(more));
    expect([endOf(second), second.asked, second.effects]).toEqual([code, [OPENID, OAUTH], []]);
  }

  test.each([`${ISSUER}INVALID`, ISSUER.slice(0, -1), `${ISSUER}/`, 'https://attacker.example/', ''])(
    'DI-01 AT-76 a document of the issuer %j is refused, and no other form is asked for',
    (issuer) => expectToEndWith('issuer_mismatch', { issuer }),
  );

  test.each([
    ['token_endpoint', 'http://as.example.com/token', 'insecure_endpoint'],
    ['jwks_uri', 'http://169.254.169.254/latest/meta-data', 'insecure_endpoint'],
    ['userinfo_endpoint', 'http://localhost/', 'insecure_endpoint'],
    ['authorization_endpoint', 'javascript:alert(1)//', 'invalid_metadata'],
    ['token_endpoint', 'https://u:p@as.example.com/', 'invalid_metadata'],
  ])('DI-04 AT-77 a document whose %s is %s is refused, and no other form is asked for', (name, url, code) =>
    expectToEndWith(code, { [name]: url }),
  );

  test('DI-06 a document with a member of the wrong type is refused, and no other form is asked for', () => {
    expectToEndWith('invalid_metadata', { token_endpoint: 1 });
    expectToEndWith('invalid_metadata', { authorization_endpoint: undefined });
    expectToEndWith('invalid_metadata', { code_challenge_methods_supported: 'S256' });
  });

  test('DI-08 AT-23 a server without S256 is refused, and no other form is asked for', () =>
    expectToEndWith('pkce_not_supported', { code_challenge_methods_supported: ['plain'] }));

  test('PA-04 a server that takes pushed requests only is refused, and no other form is asked for', () => {
    const code = 'pushed_authorization_request_required';
    expectToEndWith(code, { require_pushed_authorization_requests: true });
    const { failure } = at('failed', discover(ISSUER, published({ require_pushed_authorization_requests: true })));
    expect(failure).toMatchObject({ kind: 'untrusted_response', recovery: 'fix_configuration' });
    expect(endOf(discover(ISSUER, published({ require_pushed_authorization_requests: false })))).toBe('known');
  });

  test('DI-06 an answer of more than 1 MiB is not read, and no other form is asked for', () => {
    const body = (length: number) => jsonResponse(JSON.stringify(documentOf()).padEnd(length));
    expect(endOf(discover(ISSUER, body(BODY_LIMIT)))).toBe('known');
    const end = discover(ISSUER, body(BODY_LIMIT + 1));
    expect([endOf(end), end.asked]).toEqual(['response_too_large', [OPENID]]);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])(
    'DI-02 status %i is trouble, no answer: it says retry, asks no more',
    (code) => {
      for (const before of [[], [status(404)]]) {
        const end = discover(ISSUER, ...before, status(code));
        expect(end.effects).toEqual([]);
        const { failure } = at('failed', end);
        expect(failure).toMatchObject({ code: 'http_error', recovery: 'retry', http: { status: code } });
      }
    },
  );
});

describe('an issuer without metadata', () => {
  test('says so, with the status of the first form', () => {
    const end = discover(ISSUER, status(404), status(403));
    expect(end.effects).toEqual([]);
    const { failure } = at('failed', end);
    expect(failure).toMatchObject({ code: 'metadata_not_found', recovery: 'fix_configuration', http: { status: 404 } });
  });

  test.each([
    ['a page, then 404', [HTML, status(404)], 'malformed_metadata_response'],
    ['404, then a page', [status(404), HTML], 'malformed_metadata_response'],
    ['a page, then a redirect', [HTML, redirect('/login', 302)], 'malformed_metadata_response'],
    ['a redirect, then a page', [redirect('/login', 302), HTML], 'unexpected_redirect'],
    ['a redirect, then 404', [redirect('/login', 302), status(404)], 'unexpected_redirect'],
  ])('says what it met that is no plain "not found": %s', (_what, responses, code) => {
    const end = discover(ISSUER, ...(responses as readonly HttpResponse[]));
    expect([endOf(end), end.effects]).toEqual([code, []]);
  });
});

describe('a redirect', () => {
  const LOCATIONS: readonly (readonly [string, (url: string) => string])[] = [
    ['absolute', (url) => `${url}/`],
    ['a path', (url) => `${new URL(url).pathname}/`],
  ];
  const CODES = [301, 302, 307, 308];
  test.each(CODES.flatMap((code) => LOCATIONS.map(([kind, to]) => [code, kind, to] as const)))(
    'DI-02 to the same address with a slash is followed: %i, %s',
    (code, _kind, to) => {
      const first = discover(ISSUER, redirect(to(OPENID), code), published());
      expect([endOf(first), first.asked]).toEqual(['known', [OPENID, `${OPENID}/`]]);
      const second = discover(ISSUER, status(404), redirect(to(OAUTH), code), published());
      expect([endOf(second), second.asked]).toEqual(['known', [OPENID, OAUTH, `${OAUTH}/`]]);
    },
  );

  test('DI-02 is followed below a path and at a port, and asks as the first request did', () => {
    const issuer = 'https://example.com:8443/realms/a';
    const end = discover(issuer, redirect('/realms/a/.well-known/openid-configuration/'));
    expect(end.effects).toEqual([
      {
        type: 'send_request',
        purpose: 'metadata',
        request: { ...metadataRequest(issuer), url: `${issuer}/.well-known/openid-configuration/` },
      },
    ]);
  });

  test('DI-02 is followed once for each form, and then the form is not there: four requests at most', () => {
    const end = discover(
      ISSUER,
      redirect(`${OPENID}/`),
      redirect(`${OPENID}//`),
      redirect(`${OAUTH}/`),
      redirect(`${OAUTH}//`),
    );
    expect(end.asked).toEqual([OPENID, `${OPENID}/`, OAUTH, `${OAUTH}/`]);
    expect(endOf(end)).toBe('unexpected_redirect');
    const back = discover(ISSUER, redirect(`${OPENID}/`), redirect(OPENID));
    expect(back.asked).toEqual([OPENID, `${OPENID}/`, OAUTH]);
  });

  test('DI-01 what it leads to has to name the issuer that was asked', () => {
    const end = discover(ISSUER, redirect(`${OPENID}/`), published({ issuer: `${ISSUER}/` }));
    expect([endOf(end), end.asked]).toEqual(['issuer_mismatch', [OPENID, `${OPENID}/`]]);
  });

  test.each([
    'https://attacker.example/.well-known/openid-configuration/',
    '//attacker.example/.well-known/openid-configuration/',
    'http://as.example.com/.well-known/openid-configuration/',
    'http://169.254.169.254/latest/meta-data/',
    'https://as.example.com:8443/.well-known/openid-configuration/',
    'https://as.example.com@attacker.example/.well-known/openid-configuration/',
    'https://as.example.com.attacker.example/.well-known/openid-configuration/',
    '/.well-known/openid-configuration//',
    '/.well-known/openid-configuration/?x=1',
    '/.well-known/openid-configuration/#x',
    '/.well-known/openid-configuration/..',
    '/.well-known/../.well-known/openid-configuration/',
    '/other/.well-known/openid-configuration/',
    '/\\attacker.example/.well-known/openid-configuration/',
    '\\/attacker.example/',
    '/$&/',
    'openid-configuration/',
    './',
    '/',
    '',
    OPENID,
    `${OPENID}/ `,
    ` ${OPENID}/`,
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('AT-77 to anything else is not followed: %j', (location) => {
    for (const code of CODES) {
      const end = discover(ISSUER, redirect(location, code));
      expect(end.asked).toEqual([OPENID, OAUTH]);
      expect(endOf(discover(ISSUER, redirect(location, code), status(404)))).toBe('unexpected_redirect');
    }
  });

  test.each([200, 201, 300, 303, 304, 305, 306, 309, 400, 3010, 30])(
    'DI-02 needs a status that says so: not %i',
    (code) => {
      expect(discover(ISSUER, redirect(`${OPENID}/`, code)).asked).not.toContain(`${OPENID}/`);
    },
  );
});

describe('what was found', () => {
  test('DI-05 is believed for an hour', () => {
    const end = at('known', stepServer(atOpenid(), received(published(), later(5))));
    expect(METADATA_LIFETIME).toBe(3600);
    const current = (seconds: number) => isCurrent(end, later(seconds));
    expect([current(5), current(3604)]).toEqual([true, true]);
    expect([current(3605), current(86_400), current(NaN)]).toEqual([false, false, false]);
  });

  test('DI-05 is not believed for longer because somebody set the clock back', () => {
    const end = at('known', stepServer(atOpenid(), received(published(), later(5))));
    expect(isCurrent(end, later(4))).toBe(false);
  });

  test('DI-08 switches checks on, and none off', () => {
    const more = {
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'],
      code_challenge_methods_supported: ['plain', 'S256'],
    };
    expect(at('known', discover(ISSUER, published(more))).server).toEqual({
      ...SERVER,
      issParameterSupported: true,
      signingAlgorithms: ['none', 'HS256', 'ES256'],
      codeChallengeMethods: ['plain', 'S256'],
    });
  });

  test('is final, whatever arrives afterwards', () => {
    for (const state of [atKnown(), atFailed()]) {
      expect(stepServer(state, received(published({ issuer: 'https://attacker.example/' })))).toEqual({
        state,
        effects: [],
      });
    }
  });
});

describe('an answer that is none', () => {
  test('a request that failed says retry and is not sent to the other form', () => {
    for (const state of [atOpenid(), atOauth()]) {
      for (const sent of ['no', 'maybe'] as const) {
        const lost = { type: 'effect_failed', effect: 'send_request', code: 'network_error', sent } as const;
        const { state: end, effects } = stepServer(state, lost);
        expect(effects).toEqual([]);
        const { failure } = at('failed', { state: end });
        expect(failure).toMatchObject({ kind: 'effect_failed', code: 'network_error', recovery: 'retry' });
      }
    }
  });

  test('DI-03 a state whose issuer is none, which only somebody else can have made, asks nobody', () => {
    const state = { ...atOpenid(), issuer: 'http://attacker.example/' };
    const end = stepServer(state, received(status(404)));
    expect(end.effects).toEqual([]);
    expect(at('failed', end).failure.code).toBe('invalid_issuer');
  });

  test('an answer to something else ends it', () => {
    const end = stepServer(atOpenid(), { type: 'signature_checked', valid: true });
    expect(at('failed', end).failure).toMatchObject({ kind: 'misuse', code: 'answer_not_expected' });
  });
});
