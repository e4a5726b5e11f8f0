/** Base64url without padding. RFC 4648, sections 5 and 10. */
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from '../src/base64url.ts';
import { decodeBase64url, encodeBase64url } from '../src/index.ts';

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('encodeBase64url', () => {
  test.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('writes %j as %j', (text, encoded) => {
    expect(encodeBase64url(Buffer.from(text))).toBe(encoded);
    expect(decodeBase64url(encoded)).toEqual(Uint8Array.from(Buffer.from(text)));
  });

  test('agrees with the platform for every octet in every position', () => {
    for (let value = 0; value < 256; value++) {
      for (const sample of [octets(value), octets(0, value), octets(255, 0, value), octets(value, value, value, 1)]) {
        const text = Buffer.from(sample).toString('base64url');
        expect(encodeBase64url(sample)).toBe(text);
        expect(decodeBase64url(text)).toEqual(sample);
      }
    }
  });
});

describe('decodeBase64url', () => {
  test.each([
    ['padding', 'Zg=='],
    ['one character', 'Z'],
    ['five characters', 'Zm9vY'],
    ['a plus sign', 'ab+c'],
    ['a slash', 'ab/c'],
    ['a space', 'ab c'],
    ['a space at the end', 'abc '],
    ['a line feed', 'ab\nc'],
    ['a tab', 'ab\tc'],
    ['a NUL', 'ab\0c'],
    ['a letter outside ASCII', 'ab\u00e9c'],
    ['a character of two units', 'ab\u{1d4d0}'],
    ['half a character of two units', 'abc\ud835'],
    ['unused bits that are set, four of them', 'Zh'],
    ['unused bits that are set, two of them', 'Zm9'],
    ['only the highest unused bit set', 'Zo'],
  ])('ID-22 refuses %s', (_what, text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });

  test('ID-22 accepts the canonical neighbours', () => {
    expect(decodeBase64url('Zg')).toEqual(octets(102));
    expect(decodeBase64url('Zm8')).toEqual(octets(102, 111));
    expect(decodeBase64url('-_-_')).toEqual(octets(251, 255, 191));
  });

  test('reads a long text without losing bits', () => {
    const long = Uint8Array.from({ length: 10_001 }, (_, index) => (index * 31) % 256);
    expect(decodeBase64url(encodeBase64url(long))).toEqual(long);
  });
});

describe('decodeUtf8', () => {
  test.each(['', 'abc', '100 %', '%41', '\u00e9\u20ac', '\u{1f600}', 'a\0b', '\u007f\u0080'])('reads %j', (text) => {
    expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
  });

  test.each([
    ['a lone continuation octet', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a sequence that is cut', [0xe2, 0x82]],
    ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['0xFF', [0xff]],
  ])('ID-22 refuses %s', (_what, values) => {
    expect(decodeUtf8(Uint8Array.from(values))).toBeUndefined();
  });
});
