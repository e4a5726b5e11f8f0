/** application/x-www-form-urlencoded, read and written. RFC 6749, appendix B. */
import { describe, expect, test } from 'vitest';
import { rawPairs, readParameters } from '../src/form-urlencoded.ts';
import { appendQuery } from '../src/wire.ts';

const read = (text: string) => readParameters(text, ['code', 'state']);

describe('readParameters', () => {
  test.each([
    ['code=a&state=b', { code: 'a', state: 'b' }],
    ['state=b&code=a', { code: 'a', state: 'b' }],
    ['&&code=a&&state=b&', { code: 'a', state: 'b' }],
    ['code=', { code: '' }],
    ['code', { code: '' }],
    ['code=a=b==', { code: 'a=b==' }],
    ['code=a+b%20c%2Bd', { code: 'a b c+d' }],
    ['code=%E2%82%AC', { code: '\u20ac' }],
    ['code=%41', { code: 'A' }],
    ['%63ode=a', { code: 'a' }],
    ['=a', {}],
    ['', {}],
    ['Code=a&CODE=b&code[]=c&code%00=d&+code=e', {}],
    ['foo=%&bar=%zz&code=a', { code: 'a' }],
    ['%=x&code=a', { code: 'a' }],
    ['code=a;state=b', { code: 'a;state=b' }],
  ])('CB-07 reads %j', (text, values) => {
    expect(read(text)).toEqual(values);
  });

  test.each(['code=a&code=b', 'code=a&code=a', 'code=&code=a', 'code=a&code', 'code=a&%63ode=b', 'code=a&c%6Fde=b'])(
    'CB-03 refuses %j: a parameter twice',
    (text) => {
      expect(read(text)).toBe('duplicate_parameter');
    },
  );

  test('CB-03 a repeated parameter that nobody reads is no reason to refuse', () => {
    expect(read('foo=1&foo=2&code=a')).toEqual({ code: 'a' });
  });

  test.each(['code=%', 'code=%E0%A4%A', 'code=%zz', 'code=%FF', 'code=%C0%AF', 'code=%ED%A0%80'])(
    'CB-10 refuses %j: no UTF-8, and no URIError either (AT-14)',
    (text) => {
      expect(read(text)).toBe('malformed_parameter');
    },
  );

  test('CB-07 names of prototypes are names like any other (AT-15)', () => {
    const values = read('__proto__=x&__proto__[polluted]=1&constructor=y&code=a');
    expect(values).toEqual({ code: 'a' });
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('CB-07 reads a million pairs, which would take hours if each looked at all others (AT-17)', () => {
    expect(read(`${'a&'.repeat(1_000_000)}code=a`)).toEqual({ code: 'a' });
  });
});

describe('rawPairs', () => {
  test('keeps what is written, without empty pairs', () => {
    expect(rawPairs('a=%41&&b&')).toEqual(['a=%41', 'b']);
    expect(rawPairs('')).toEqual([]);
  });
});

describe('appendQuery', () => {
  test.each([
    ['https://as.example.com/a', 'https://as.example.com/a?x=+%25%26%2B%C2%A3%E2%82%AC'],
    ['https://as.example.com/a?b=c', 'https://as.example.com/a?b=c&x=+%25%26%2B%C2%A3%E2%82%AC'],
    ['https://as.example.com/a?', 'https://as.example.com/a?x=+%25%26%2B%C2%A3%E2%82%AC'],
    ['https://as.example.com/a?b=c&', 'https://as.example.com/a?b=c&x=+%25%26%2B%C2%A3%E2%82%AC'],
  ])('AR-05 AR-03 adds the example of RFC 6749, appendix B to %s', (url, expected) => {
    expect(appendQuery(url, { x: ' %&+\u00a3\u20ac' })).toBe(expected);
  });

  test('AR-05 encodes exactly once, and what URLs give a meaning too', () => {
    const value = "a%20b c&d=e#f?g/h+i!'()*~";
    const query = new URL(appendQuery('https://as.example.com/a', { x: value })).searchParams;
    expect([...query]).toEqual([['x', value]]);
  });

  test('AR-06 leaves out what is undefined and keeps zero', () => {
    expect(appendQuery('https://as.example.com/a', { x: undefined, y: 0 })).toBe('https://as.example.com/a?y=0');
  });
});
