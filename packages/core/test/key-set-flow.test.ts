/** Key sets that were received -> the keys that may have signed, or when to fetch. OpenID Connect Core, 10.1.1. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BODY_LIMIT,
  beginFetch,
  findKeys,
  type HttpResponse,
  type JsonWebKey,
  KEY_SET_COOL_DOWN,
  KEY_SET_LIFETIME,
  type KnownKeys,
  type NumericDate,
  type Result,
  receiveKeys,
  selectKeys,
} from '../src/index.ts';
import { jsonResponse, later, NOW } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const A: JsonWebKey = { kty: 'RSA', kid: 'a', n: 'YQ', e: 'AQAB' };
const B: JsonWebKey = { kty: 'RSA', kid: 'b', n: 'Yg', e: 'AQAB' };
const EC: JsonWebKey = { kty: 'EC', kid: 'ec', crv: 'P-256', x: 'x', y: 'y' };

const wanted = (kid: string | undefined, alg = 'RS256') => ({ alg, kid });
const setOf = (...keys: readonly unknown[]): HttpResponse => jsonResponse({ keys });
const known = (keys: readonly JsonWebKey[], now = NOW, before?: KnownKeys): KnownKeys =>
  valueIn(receiveKeys(beginFetch(before, now), setOf(...keys), now));
/** The keys, the code of a refusal, or `fetch`. */
function found(result: Result<readonly JsonWebKey[]> | undefined): string | readonly JsonWebKey[] {
  if (!result) return 'fetch';
  return result.ok ? result.value : result.failure.code;
}

/** A platform: it fetches when it is told to, and gives what came. */
class Platform {
  known: KnownKeys | undefined;
  fetches = 0;
  published: HttpResponse;
  /** What the cool-down stands on; without it there is none. */
  readonly #forgetful: boolean;

  constructor(published: HttpResponse, forgetful = false) {
    this.published = published;
    this.#forgetful = forgetful;
  }

  keysFor(kid: string | undefined, now: NumericDate, alg?: string): Result<readonly JsonWebKey[]> {
    const held = findKeys(this.known, wanted(kid, alg), now);
    if (held) return held;
    this.fetches += 1;
    const before = beginFetch(this.known, now);
    // Noted before the answer, which may never come.
    if (!this.#forgetful) this.known = before;
    const received = receiveKeys(before, this.published, now);
    if (!received.ok) return received;
    const { keys, receivedAt } = received.value;
    this.known = this.#forgetful ? { keys, receivedAt } : received.value;
    return selectKeys(keys, wanted(kid, alg));
  }
}

describe('a key set', () => {
  test('DI-07 nothing is known at first: it is fetched', () => {
    expect(found(findKeys(undefined, wanted('a'), NOW))).toBe('fetch');
    expect(known([A])).toEqual({ keys: [A], receivedAt: NOW, searchedAt: undefined });
  });

  test('DI-07 is good for ten minutes, to the second', () => {
    expect(KEY_SET_LIFETIME).toBe(600);
    const held = known([A]);
    const at = (seconds: number) => found(findKeys(held, wanted('a'), later(seconds)));
    expect([at(0), at(1), at(599)]).toEqual([[A], [A], [A]]);
    expect([at(600), at(601), at(86_400)]).toEqual(['fetch', 'fetch', 'fetch']);
    // What it does not hold is not refused out of an old set either.
    expect(found(findKeys(held, wanted('b'), later(600)))).toBe('fetch');
  });

  test('DI-07 a key that the server took back is good no longer than that', () => {
    const server = new Platform(setOf(A, B));
    expect(outcomeOf(server.keysFor('a', NOW))).toBe('accepted');
    server.published = setOf(B);
    expect(outcomeOf(server.keysFor('a', later(599)))).toBe('accepted');
    expect(outcomeOf(server.keysFor('a', later(600)))).toBe('id_token_key_not_found');
  });

  test('DI-07 is fetched again when somebody set the clock back', () => {
    const held = known([A], later(1000));
    expect(found(findKeys(held, wanted('a'), later(999)))).toBe('fetch');
    const again = known([A, B], NOW, held);
    expect(again.receivedAt).toBe(NOW);
    expect(found(findKeys(again, wanted('b'), later(1)))).toEqual([B]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'DI-07 a clock that says %s keeps nothing alive',
    (now) => {
      expect(found(findKeys(known([A]), wanted('a'), now as NumericDate))).toBe('fetch');
      expect(found(findKeys(known([A], now as NumericDate), wanted('a'), NOW))).toBe('fetch');
    },
  );

  test.each<[string, HttpResponse, string]>([
    ['404', jsonResponse({}, 404), 'http_error'],
    ['503', jsonResponse({}, 503), 'http_error'],
    ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' }, 'unexpected_redirect'],
    ['a page', jsonResponse('<html>', 200, { 'content-type': 'text/html' }), 'malformed_key_set'],
    ['no list', jsonResponse({ keys: {} }), 'malformed_key_set'],
    ['too many keys', setOf(...Array.from({ length: 101 }, () => A)), 'malformed_key_set'],
    ['too much', jsonResponse(JSON.stringify({ keys: [A] }).padEnd(BODY_LIMIT + 1)), 'response_too_large'],
  ])('DI-07 DI-06 is not replaced by what is none: %s', (_what, response, code) => {
    const held = known([A]);
    expect(failureIn(receiveKeys(held, response, later(1))).code).toBe(code);
    expect(failureIn(receiveKeys(undefined, response, NOW)).code).toBe(code);
    expect(found(findKeys(held, wanted('a'), later(1)))).toEqual([A]);
  });

  test('DI-07 what is known is never changed, only replaced', () => {
    const held = Object.freeze(known([A]));
    Object.freeze(held.keys);
    receiveKeys(held, setOf(B), later(1));
    findKeys(held, wanted('c'), later(1));
    expect(held).toEqual({ keys: [A], receivedAt: NOW, searchedAt: undefined });
  });
});

describe('a key that is not in the set', () => {
  test('ID-21 sc-025 may be new: the set is fetched once more, and the key is there', () => {
    const server = new Platform(setOf(A));
    expect(valueIn(server.keysFor('a', NOW))).toEqual([A]);
    server.published = setOf(A, B);
    expect(valueIn(server.keysFor('b', later(1)))).toEqual([B]);
    expect(valueIn(server.keysFor('a', later(2)))).toEqual([A]);
    expect(server.fetches).toBe(2);
  });

  test('ID-21 is refused when it is not there after that either', () => {
    const held = known([A], later(1), known([A]));
    expect(held.searchedAt).toBe(later(1));
    expect(found(findKeys(held, wanted('nope'), later(1)))).toBe('id_token_key_not_found');
  });

  test('ID-21 DI-07 is looked for once in a minute, to the second', () => {
    expect(KEY_SET_COOL_DOWN).toBe(60);
    const held = known([A], NOW, known([A]));
    const at = (seconds: number) => found(findKeys(held, wanted('b'), later(seconds)));
    expect([at(0), at(59)]).toEqual(['id_token_key_not_found', 'id_token_key_not_found']);
    expect([at(60), at(61)]).toEqual(['fetch', 'fetch']);
    const again = known([A, B], later(60), held);
    expect(again.searchedAt).toBe(later(60));
    expect(found(findKeys(again, wanted('b'), later(61)))).toEqual([B]);
  });

  test('DI-07 does not keep the others from being found', () => {
    const held = known([A], NOW, known([A]));
    expect(found(findKeys(held, wanted('a'), later(1)))).toEqual([A]);
    expect(found(findKeys(held, wanted(undefined), later(1)))).toEqual([A]);
  });

  test('DI-07 a set that had its time is no search: a new key is looked for right after it', () => {
    const old = known([A]);
    const held = known([A], later(700), old);
    expect(held.searchedAt).toBeUndefined();
    expect(found(findKeys(held, wanted('b'), later(701)))).toBe('fetch');
  });

  test('DI-07 a clock that was set back prolongs no cool-down', () => {
    const held = known([A], later(1000), known([A], later(999)));
    const back = known([A], later(10), held);
    expect(back).toMatchObject({ receivedAt: later(10), searchedAt: later(1000) });
    expect(found(findKeys(back, wanted('b'), later(11)))).toBe('fetch');
  });

  test('sc-026 AT-78 a hundred random kids within a minute make two fetches, and every one is refused', () => {
    const flood = (server: Platform): readonly string[] =>
      Array.from({ length: 100 }, (_, turn) => outcomeOf(server.keysFor(`kid-${turn}`, later(turn * 0.59))));
    const server = new Platform(setOf(A, B));
    expect(new Set(flood(server))).toEqual(new Set(['id_token_key_not_found']));
    expect(server.fetches).toBe(2);
    expect(outcomeOf(server.keysFor('a', later(59)))).toBe('accepted');
    expect(server.fetches).toBe(2);
    // Negative control: a platform that forgets when it searched is made to fetch by every one.
    const forgetful = new Platform(setOf(A, B), true);
    flood(forgetful);
    expect(forgetful.fetches).toBe(100);
  });

  test('AT-78 no sequence of kids makes more than two fetches in any minute', () => {
    const kid = fc.constantFrom(undefined, 'a', 'b', 'c', 'd');
    const turn = fc.tuple(
      kid,
      fc.constantFrom('RS256', 'ES256'),
      fc.constantFrom(0, 0, 1, 7, 30, 59, 60, 61, 599, 600),
    );
    let most = 0;
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 40 }), (turns) => {
        const server = new Platform(setOf(A, B));
        const fetchedAt: number[] = [];
        let now = 0;
        for (const [one, alg, pause] of turns) {
          now += pause;
          const before = server.fetches;
          server.keysFor(one, later(now), alg);
          for (let more = before; more < server.fetches; more += 1) fetchedAt.push(now);
        }
        for (const start of fetchedAt) {
          const within = fetchedAt.filter((at) => at >= start && at < start + KEY_SET_COOL_DOWN).length;
          most = Math.max(most, within);
          expect(within).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 1000 },
    );
    // The property saw what it limits.
    expect(most).toBe(2);
  });
});

describe('a search that brings nothing', () => {
  test('AT-78 DI-07 counts like one that brings keys: a server in trouble is not asked a hundred times', () => {
    const platform = new Platform(setOf(A));
    platform.keysFor('a', NOW);
    platform.published = { status: 503, headers: {}, body: '' };
    for (let kid = 0; kid < 100; kid += 1) {
      expect(platform.keysFor(`random ${kid}`, later(1 + kid / 2)).ok).toBe(false);
    }
    expect(platform.fetches).toBe(2);
    expect(found(platform.keysFor('a', later(59)))).toEqual([A]);
  });

  test('negative control: a platform that notes only what came is made to ask every time', () => {
    const platform = new Platform(setOf(A), true);
    platform.keysFor('a', NOW);
    platform.published = { status: 503, headers: {}, body: '' };
    for (let kid = 0; kid < 100; kid += 1) platform.keysFor(`random ${kid}`, later(1 + kid / 2));
    expect(platform.fetches).toBe(101);
  });

  test('does not keep the set from being fetched when it is old', () => {
    const held = beginFetch(known([A]), later(600));
    expect(found(findKeys(held, wanted('a'), later(601)))).toBe('fetch');
    expect(held?.searchedAt).toBeUndefined();
    expect(beginFetch(undefined, NOW)).toBeUndefined();
  });
});

describe('which keys', () => {
  const held = known([A, B, EC]);

  test('ID-20 by kid where there is one', () => {
    expect(found(findKeys(held, wanted('b'), NOW))).toEqual([B]);
    expect(found(findKeys(held, wanted('ec', 'ES256'), NOW))).toEqual([EC]);
  });

  test('ID-20 without a kid every one that fits, in the order of the server', () => {
    expect(found(findKeys(held, wanted(undefined), NOW))).toEqual([A, B]);
    expect(found(findKeys(held, wanted(undefined, 'ES256'), NOW))).toEqual([EC]);
    expect(found(findKeys(known([{ ...A, kid: 'x' }]), wanted(undefined), NOW))).toHaveLength(1);
  });

  test.each<[string, JsonWebKey, string]>([
    ['a key for encryption', { ...A, use: 'enc' }, 'RS256'],
    ['a key of another type', { ...EC, kid: 'a' }, 'RS256'],
    ['an RSA key for ES256', A, 'ES256'],
    ['a key for another algorithm', { ...A, alg: 'RS512' }, 'RS256'],
    ['a key that does not verify', { ...A, key_ops: ['encrypt'] }, 'RS256'],
    ['a symmetric key', { kty: 'oct', kid: 'a' }, 'RS256'],
  ])('ID-20 %s fits nothing: it is looked for once more, then refused', (_what, key, alg) => {
    expect(found(findKeys(known([key]), wanted('a', alg), NOW))).toBe('fetch');
    expect(found(findKeys(known([key], NOW, known([key])), wanted('a', alg), NOW))).toBe('id_token_key_not_found');
  });

  test('ID-20 two keys under one kid are both tried', () => {
    expect(found(findKeys(known([A, { ...B, kid: 'a' }]), wanted('a'), NOW))).toEqual([A, { ...B, kid: 'a' }]);
  });

  test('ID-20 an empty set is known, and holds nothing', () => {
    expect(found(findKeys(known([]), wanted(undefined), NOW))).toBe('fetch');
    expect(found(findKeys(known([], NOW, known([])), wanted(undefined), NOW))).toBe('id_token_key_not_found');
  });
});
