/** Every attack of docs/attacks.md that a Node client can meet is played on loopback. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardOutside, strayConnections } from '../../scripts/attacks/outside.ts';
import { AWAITED, CASES, playAll, type Result } from '../../scripts/attacks/run.ts';
import { LATER, pageOf } from '../../scripts/attacks/table.ts';
import { root } from './support/processes.ts';

let unguard = (): void => {};
let results: readonly Result[] = [];
beforeAll(async () => {
  unguard = guardOutside();
  results = await playAll();
});
afterAll(() => unguard());

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The rows of the sections 1 to 4 and 7: id and attack. */
const LISTED: readonly (readonly [id: string, title: string])[] = read('docs/attacks.md')
  .split(/^## /m)
  .filter((section) => /^[12347]\./.test(section))
  .flatMap((section) => [...section.matchAll(/^\| (AT-\d+) \| (.*?) \|/gm)])
  .map(([, id = '', title = '']) => [id, title]);

describe('the list', () => {
  test('has every attack of these sections: played, or with what brings it', () => {
    const titles = CASES.map(({ id, title }) => [id, title] as const);
    const listed = LISTED.filter(([id]) => !Object.hasOwn(LATER, id));
    expect(LISTED.length).toBeGreaterThan(50);
    expect(titles).toEqual([...listed].sort(([one], [other]) => one.localeCompare(other)));
    expect(Object.keys(LATER)).toEqual(LISTED.map(([id]) => id).filter((id) => Object.hasOwn(LATER, id)));
  });

  test('has no way twice, and awaits only what is in it', () => {
    const ways = CASES.flatMap(({ id, variants }) => variants.map(({ name }) => `${id}: ${name}`));
    expect(ways.length).toBeGreaterThan(240);
    expect(ways.filter((way, at) => ways.indexOf(way) !== at)).toEqual([]);
    expect(Object.keys(AWAITED).filter((way) => !ways.includes(way))).toEqual([]);
  });

  test('was played without a connection that nobody answers for', () => {
    expect(strayConnections()).toEqual([]);
  });

  test('is the one of docs/attacks-played.md', () => {
    expect(pageOf(results), 'run npm run attacks -- --write').toBe(read('docs/attacks-played.md'));
  });
});

/** In words, because the list of what is proven is made of the titles of tests. */
describe('the Node client withstands', () => {
  const withstood = (id: string) => () => {
    const { ways = [] } = results.find((one) => one.id === id) ?? {};
    expect(ways.length).toBeGreaterThan(0);
    expect(ways.filter(({ verdict }) => verdict === 'FAILED')).toEqual([]);
  };

  test("AT-01: Login CSRF: attacker's code in victim's browser", withstood('AT-01'));
  test('AT-02: CSRF with stripped state', withstood('AT-02'));
  test('AT-03: Forged error aborts the login', withstood('AT-03'));
  test("AT-04: Code injection into the victim's own flow", withstood('AT-04'));
  test('AT-05: Mix-up (two issuers, attacker AS forwards to honest AS)', withstood('AT-05'));
  test('AT-06: Mix-up without `iss`', withstood('AT-06'));
  test('AT-07: Attacker AS declares honest authorization endpoint but own token endpoint', withstood('AT-07'));
  test('AT-08: Duplicate parameters', withstood('AT-08'));
  test('AT-09: Error and code together', withstood('AT-09'));
  test('AT-10: Token injection in the front channel', withstood('AT-10'));
  test('AT-11: Fragment/query confusion', withstood('AT-11'));
  test('AT-13: Redirect URI look-alike', withstood('AT-13'));
  test('AT-14: Malformed percent escapes / charset', withstood('AT-14'));
  test('AT-15: Prototype pollution by parameter name', withstood('AT-15'));
  test('AT-16: Markup in error_description / error_uri', withstood('AT-16'));
  test('AT-17: Oversized callback', withstood('AT-17'));
  test('AT-18: Replay of the callback (back button, bookmark, StrictMode, double deep link)', withstood('AT-18'));
  test('AT-21: Session fixation of a login URL', withstood('AT-21'));
  test('AT-22: `request_uri` / reserved parameter smuggling by caller data', withstood('AT-22'));
  test('AT-23: PKCE downgrade by metadata', withstood('AT-23'));
  test('AT-24: PKCE stripping by a network attacker or malicious link', withstood('AT-24'));
  test('AT-25: Weak or broken random source', withstood('AT-25'));
  test('AT-27: http or odd token endpoint', withstood('AT-27'));
  test('AT-28: `javascript:` authorization or logout endpoint -> XSS by `location.assign`', withstood('AT-28'));
  test('AT-29: Token endpoint redirects', withstood('AT-29'));
  test('AT-30: HTML with 200 (captive portal)', withstood('AT-30'));
  test('AT-31: Wrong content type', withstood('AT-31'));
  test('AT-32: Invalid JSON', withstood('AT-32'));
  test('AT-33: Prototype keys in JSON', withstood('AT-33'));
  test('AT-34: Huge body', withstood('AT-34'));
  test('AT-35: Command injection when opening the browser', withstood('AT-35'));
  test('AT-36: Response splitting characters in values', withstood('AT-36'));
  test('AT-37: Odd `expires_in`', withstood('AT-37'));
  test('AT-38: Missing or strange token_type', withstood('AT-38'));
  test('AT-41: Token sent to the wrong host', withstood('AT-41'));
  test('AT-42: 429 / 503 storms, a key set that cannot be had too (sc-024)', withstood('AT-42'));
  test('AT-43: alg none', withstood('AT-43'));
  test('AT-44: Algorithm confusion', withstood('AT-44'));
  test('AT-45: Key confusion', withstood('AT-45'));
  test('AT-46: kid absent / unknown / several keys; a key that was rotated (sc-025)', withstood('AT-46'));
  test('AT-47: Wrong iss/aud/azp', withstood('AT-47'));
  test('AT-48: Nonce replay', withstood('AT-48'));
  test('AT-49: Stale or future token', withstood('AT-49'));
  test('AT-50: at_hash of another access token (token substitution)', withstood('AT-50'));
  test('AT-51: Token of another kind as ID token', withstood('AT-51'));
  test('AT-52: UserInfo of another user', withstood('AT-52'));
  test('AT-76: Issuer mismatch in metadata', withstood('AT-76'));
  test('AT-77: SSRF by metadata', withstood('AT-77'));
  test('AT-78: JWKS flooding (sc-026)', withstood('AT-78'));

  test('all that was played', () => {
    const source = read('test/gates/attacks.test.ts');
    expect(CASES.filter(({ id }) => !source.includes(`withstood('${id}')`))).toEqual([]);
  });
});
