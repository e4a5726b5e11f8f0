/** URLs as the RFCs write them, without a parser that repairs. RFC 3986; RFC 8252, section 7.3. */
import { describe, expect, test } from 'vitest';
import { cut, isAbsoluteUri, isIssuer, splitUrl, trustOf } from '../src/url.ts';

describe('trustOf', () => {
  test.each([
    'https://as.example.com',
    'https://as.example.com/',
    'HTTPS://AS.example.com/a',
    'https://as.example.com:8443/a?b=c',
    'https://[2001:db8::1]/a',
    'https://127.0.0.1/a',
  ])('AR-04 trusts %s', (url) => {
    expect(trustOf(url)).toBe('https');
  });

  test.each([
    'http://127.0.0.1',
    'http://127.0.0.1:3000/a',
    'http://127.255.255.254/a',
    'http://[::1]:3000/a',
    'http://localhost/a',
    'HTTP://LOCALHOST:3000/a',
  ])('AR-04 sees loopback in %s', (url) => {
    expect(trustOf(url)).toBe('loopback');
  });

  test.each([
    'http://as.example.com/a',
    'http://localhost.example.com/a',
    'http://a.localhost/a',
    'http://localhost./a',
    'http://127.0.0.1.example.com/a',
    'http://1127.0.0.1/a',
    'http://127.0.0.1./a',
    'http://127.1/a',
    'http://127.0.0.1.1/a',
    'http://2130706433/a',
    'http://0.0.0.0/a',
    'http://10.0.0.1/a',
    'http://169.254.169.254/latest/meta-data',
    'http://[::]/a',
    'http://[::1:1]/a',
    'http://[::ffff:127.0.0.1]/a',
  ])('AR-04 does not trust %s', (url) => {
    expect(trustOf(url)).toBe('insecure');
  });

  test.each([
    'https://user@as.example.com/a',
    'https://user:pw@as.example.com/a',
    'https://localhost@evil.example/a',
    'https://as.example.com#x',
    'https://as.example.com/a#',
    'https://as.example.com\\@evil.example/',
    'https://as.example.com:/a',
    'https://as.example.com:x/a',
    'https://as.example.com:123456/a',
    'https:///a',
    'https:/as.example.com/a',
    'https:as.example.com',
    '//as.example.com/a',
    'as.example.com',
    'https://as.example.com/a b',
    ' https://as.example.com/a',
    'https://as.example.com/a\n',
    'https://as.example.com/a\r\nX: y',
    'https://as.exa\tmple.com/a',
    'https://as.example.com/\0',
    'https://as.\u00e9xample.com/a',
    'https://as\uff0eexample.com/a',
    'https://*.example.com/a',
    'javascript:alert(document.domain)//',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://as.example.com/a',
    'httpss://as.example.com/a',
    'xhttps://as.example.com/a',
    '',
    null,
    undefined,
    1,
    [['https://as.example.com/a']],
    { toString: () => 'https://as.example.com/a' },
  ])('AR-04 has no trust in %j at all (AT-27, AT-28)', (url) => {
    expect(trustOf(url)).toBeUndefined();
  });
});

describe('isAbsoluteUri', () => {
  test.each(['https://api.example.com/', 'urn:example:api', 'com.example.app:/cb', 'api://default', 'https://a/b?c=d'])(
    'AR-16 takes %s',
    (uri) => {
      expect(isAbsoluteUri(uri)).toBe(true);
    },
  );

  test.each([
    '/api',
    'api',
    '',
    'https:',
    'https://a/#x',
    'https://a/#',
    '1a:b',
    'https://a/"',
    'https://a/<b>',
    'a b:c',
  ])('AR-16 refuses %j', (uri) => {
    expect(isAbsoluteUri(uri)).toBe(false);
  });
});

describe('isIssuer', () => {
  test.each([
    ['https://as.example.com', true],
    ['https://as.example.com/', true],
    ['https://as.example.com/tenant/', true],
    ['http://localhost:3000', true],
    ['http://[::1]:3000/', true],
    ['http://as.example.com', false],
    ['https://as.example.com?a=b', false],
    ['https://as.example.com/?', false],
    ['https://as.example.com#a', false],
    ['https://u@as.example.com', false],
    ['as.example.com', false],
    ['', false],
    [undefined, false],
  ])('DI-03 %j may be an issuer: %s', (issuer, is) => {
    expect(isIssuer(issuer)).toBe(is);
  });
});

describe('splitUrl and cut', () => {
  test.each([
    ['https://a/b', { base: 'https://a/b', query: '', fragment: '' }],
    ['https://a/b?', { base: 'https://a/b', query: '', fragment: '' }],
    ['https://a/b?c=d?e', { base: 'https://a/b', query: 'c=d?e', fragment: '' }],
    ['https://a/b#c?d', { base: 'https://a/b', query: '', fragment: 'c?d' }],
    ['https://a/b?c#d#e', { base: 'https://a/b', query: 'c', fragment: 'd#e' }],
    ['', { base: '', query: '', fragment: '' }],
  ])('splits %j', (url, parts) => {
    expect(splitUrl(url)).toEqual(parts);
  });

  test('cuts at the first mark only', () => {
    expect(cut('a=b=c', '=')).toEqual(['a', 'b=c']);
    expect(cut('a', '=')).toEqual(['a', '']);
  });
});
