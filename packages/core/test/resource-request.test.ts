/** URL of an API -> the Authorization header that goes there, and nowhere else. RFC 6750, sections 2.1 and 5.3. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccessToken, checkApis, resourceAuthorization } from '../src/index.ts';
import { untyped } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const TOKEN = { accessToken: 'jHkWEdUXMU1BwAsC4vtUsZ' as AccessToken };
const APIS = ['https://api.example.com', 'http://localhost:3000', 'https://[2001:db8::1]:8443', 'http://127.0.0.1'];
const sent = (url: string, apis: readonly string[] = APIS): string =>
  outcomeOf(resourceAuthorization(apis, url, TOKEN));
/** As fetch writes it, or nothing where fetch refuses it too. */
const href = (url: string): string => (URL.canParse(url) ? new URL(url).href : '');

describe('checkApis', () => {
  test.each([
    'https://api.example.com',
    'https://api.example.com:8443',
    'https://api.example.com:4430',
    'https://api_1.example.com',
    'https://xn--bcher-kva.example',
    'https://192.0.2.1',
    'https://[2001:db8::1]',
    'https://[2001:db8::1]:8443',
    'http://localhost:3000',
    'http://localhost',
    'http://localhost:443',
    'https://localhost:80',
    'http://127.0.0.1:8080',
    'http://[::1]:3000',
  ])('takes the origin %s', (origin) => {
    expect(checkApis([origin])).toBeUndefined();
    expect(new URL(origin).origin).toBe(origin);
  });

  test.each([
    'https://api.example.com/',
    'https://api.example.com/v1',
    'https://api.example.com?x',
    'https://api.example.com#x',
    'https://api.example.com:443',
    'http://localhost:80',
    'https://API.example.com',
    'HTTPS://api.example.com',
    'https://[2001:DB8::1]',
    'http://api.example.com',
    'http://192.168.0.1',
    'http://localhost.example.com',
    'https://u:p@api.example.com',
    'https://api.example.com@evil.example',
    'https://api.example.com\\@evil.example',
    'https://*.example.com',
    'https://bücher.example',
    'https://',
    'https:api.example.com',
    '//api.example.com',
    'api.example.com',
    'wss://api.example.com',
    'null',
    'file://',
    '*',
    '',
    ' https://api.example.com',
    'https://api.example.com\n',
  ])('refuses %j, which no user agent writes for an origin that may get a token', (origin) => {
    expect(checkApis([origin])?.failure).toMatchObject({ code: 'invalid_settings', recovery: 'fix_configuration' });
    expect(checkApis(['https://api.example.com', origin])).toBeDefined();
  });

  test.each([
    [null],
    ['https://api.example.com'],
    [{}],
    [[5]],
    [[null]],
    [[['https://api.example.com']]],
    [[{ toString: () => 'https://api.example.com' }]],
  ])('refuses %j, which is no list of texts', (apis) => {
    expect(checkApis(untyped(apis))?.failure.code).toBe('invalid_settings');
  });

  test('takes a list with nothing in it', () => {
    expect(checkApis([])).toBeUndefined();
  });
});

describe('resourceAuthorization', () => {
  test.each([
    'https://api.example.com',
    'https://api.example.com/',
    'https://api.example.com/contacts?page=2#top',
    'https://api.example.com?page=2',
    'https://api.example.com#top',
    'http://localhost:3000/contacts',
    'https://[2001:db8::1]:8443/contacts',
    'http://127.0.0.1/contacts',
    'https://api.example.com/@evil.example/',
    'https://api.example.com/https://evil.example/',
  ])('sends the token to %s', (url) => {
    expect(valueIn(resourceAuthorization(APIS, url, TOKEN))).toBe(`Bearer ${TOKEN.accessToken}`);
  });

  test.each([
    'https://api.example.com:443/',
    'https://API.EXAMPLE.COM/',
    'HTTPS://api.example.com/',
    'https:\\\\api.example.com\\contacts',
    ' https://api.example.com/',
    'https://api.ex\tample.com/',
  ])('sends it to %j once the platform has written it as user agents do', (url) => {
    expect(sent(url)).toBe('api_not_listed');
    expect(sent(href(url))).toBe('accepted');
  });

  test.each([
    'https://api.example.com@evil.example/',
    'https://api.example.com:x@evil.example/',
    'https://api.example.com%2f@evil.example/',
    'https://user:password@api.example.com/',
    'https://api.example.com\\@evil.example/',
    'https://evil.example\\@api.example.com/',
    'https://evil.example/https://api.example.com/',
    'https://evil.example/?https://api.example.com',
    'https://evil.example/#https://api.example.com',
    'https://evil.example?@api.example.com/',
    'https://evil.example#@api.example.com/',
    'https://api.example.com.evil/',
    'https://api.example.com.',
    'https://api.example.comevil/',
    'https://api.example.com-evil.example/',
    'https://sub.api.example.com/',
    'https://example.com/',
    'https://api.example.com:8443/',
    'https://api.example.com:80/',
    'http://api.example.com/',
    'http://api.example.com:443/',
    'http://localhost/',
    'http://localhost:3001/',
    'https://localhost:3000/',
    'http://127.0.0.1:3000/',
    'http://127.0.0.2/',
    'http://[::1]:3000/',
    'https://[2001:db8::1]/',
    'https://[2001:db8::2]:8443/',
    'https://evil.example/\nhttps://api.example.com/',
    'ftp://api.example.com/',
    'wss://api.example.com/',
    'javascript:https://api.example.com/',
    'blob:https://api.example.com/0b2e',
    'data:text/plain,https://api.example.com/',
    '//api.example.com/',
    '/contacts',
    'api.example.com/contacts',
    'https://',
    '',
  ])('never sends it to %j, neither as it is nor as the platform writes it', (url) => {
    expect(sent(url)).toBe('api_not_listed');
    // What the platform takes for another host than it looks like is another host.
    const written = href(url);
    const origin = written && new URL(written).origin;
    if (!APIS.includes(origin)) expect(sent(written)).toBe('api_not_listed');
  });

  test('says so without the URL and without the token', () => {
    const failure = failureIn(resourceAuthorization(APIS, 'https://evil.example/?secret=of-the-person', TOKEN));
    expect(failure).toMatchObject({ kind: 'misuse', code: 'api_not_listed', recovery: 'fix_configuration' });
    expect(JSON.stringify(failure)).not.toMatch(/evil|secret|jHkW/);
  });

  test('UI-03 without a list nobody gets it', () => {
    expect(sent('https://api.example.com/', [])).toBe('api_not_listed');
  });

  test('UI-03 AT-41 whatever a user agent makes of a URL, only a listed origin gets the token', () => {
    const piece = fc.constantFrom(
      ...['https:', 'http:', 'HTTPS:', '/', '//', '\\', '@', ':', ':443', ':3000', '?', '#', '.', '%2f', '%40', '\t'],
      ...['api.example.com', 'API.example.com', 'localhost', 'evil.example', '[2001:db8::1]', '127.0.0.1', 'u:p', ' '],
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const written = href(pieces.join(''));
        const listed = written !== '' && APIS.includes(new URL(written).origin);
        const { username = '', password = '' } = written === '' ? {} : new URL(written);
        if (listed) accepted += 1;
        // Nobody may put a name and a password before a host: platforms refuse to fetch that.
        const expected = listed && !username && !password ? 'accepted' : 'api_not_listed';
        expect(`${written} ${sent(written)}`).toBe(`${written} ${expected}`);
      }),
      { numRuns: 20_000, examples: [[['https:', '//', 'api.example.com']]] },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
