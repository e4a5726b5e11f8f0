/** Every attack of docs/attacks.md that a Node client can meet is played on loopback; and the table of it can fail. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CARELESS } from '../../scripts/attacks/careless.ts';
import type { Case, Variant } from '../../scripts/attacks/case.ts';
import { guardOutside, strayConnections } from '../../scripts/attacks/outside.ts';
import { play } from '../../scripts/attacks/play.ts';
import { AWAITED, CASES, playAll, type Result } from '../../scripts/attacks/run.ts';
import { secretsIn } from '../../scripts/attacks/secrets.ts';
import { isWithstood, LATER, pageOf, tableOf } from '../../scripts/attacks/table.ts';
import { root, run } from './support/processes.ts';

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

const variantOf = (id: string, name: string): Variant => {
  const found = CASES.find((one) => one.id === id)?.variants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no way of ${id} is called ${name}`);
  return found;
};

describe('a client that', () => {
  test.each([
    ['believes every signature', 'AT-45', 'id_token_signed_by_another_key', /^ends with logged_in instead of/],
    ['believes every signature', 'AT-45', 'bad_signature', /^a token of the hostile answer is stored/],
    ['believes every signature', 'AT-43', 'id_token_unsigned', /^the session is another one/],
    ['takes every token for a bearer token', 'AT-38', 'token_type_mac', /^the server saw spoiled_answer_believed/],
    [
      'fetches the key that a token names',
      'AT-45',
      'id_token_names_address_of_key',
      /^connects to attacker.example:443/,
    ],
    ['follows redirects', 'AT-29', '307 to a server that listens', /^the attacker's server gets a secret/],
    ['follows redirects', 'AT-29', '303 to a server that listens', /^the attacker's server is asked 1 times/],
    ['follows redirects', 'AT-77', 'metadata_redirects_inside', /^connects to 169.254.169.254:80/],
    ['reads every body to its end', 'AT-34', 'endless, as fast as it goes', /^the whole body is read/],
    ['sends a code again', 'AT-48', 'wrong_nonce', /^asks for token, once too often/],
    ['quotes the answer in its error', 'AT-48', 'wrong_nonce', /^a secret is in an error/],
    ['hides the answer in its error', 'AT-48', 'wrong_nonce', /^a secret is in an error/],
    ['tells the address in its steps', 'AT-48', 'wrong_nonce', /^a secret is in a step/],
    ['tells the answer in its steps', 'AT-48', 'wrong_nonce', /^a secret is in a step/],
    ['prints what it sends', 'AT-48', 'wrong_nonce', /^a secret is in what is printed/],
    ['logs out when a login fails', 'AT-48', 'wrong_nonce', /^the session does not work any more/],
    ['forgets every login when one fails', 'AT-48', 'wrong_nonce', /^the other login can not be completed/],
    ['takes every callback for its own', 'AT-02', '?code=X', /^the attacked login can not be completed/],
    [
      'takes every callback for its own',
      'AT-03',
      'callback_is_forged_error',
      /^the listener takes it for the callback/,
    ],
  ] as const)('%s fails %s (%s)', async (name, id, variant, wrong) => {
    const careless = CARELESS[name] ?? {};
    const { wrongs } = await play(variantOf(id, variant), { careless });
    expect(wrongs).toContainEqual(expect.stringMatching(wrong));
  });

  test('waits for ever fails by its deadline, and the table goes on', async () => {
    const careless = CARELESS['waits for ever'] ?? {};
    const { outcome, wrongs } = await play(variantOf('AT-48', 'wrong_nonce'), { careless, deadline: 1 });
    expect(outcome).toBe('hangs');
    expect(wrongs).toContain('ends with hangs instead of id_token_nonce_invalid');
  });

  test('has any of these faults is in this test', () => {
    const source = read('test/gates/attacks.test.ts');
    expect(Object.keys(CARELESS).filter((name) => !source.includes(`'${name}'`))).toEqual([]);
  });
});

test('a secret is found in every place where it crosses the wire, and lies in a store', () => {
  const at = (name: string): string => `${name}-of-this-login`;
  const texts = [
    `/authorize?client_id=c&state=${at('state')}&nonce=${at('nonce')}`,
    `302 http://127.0.0.1/cb?code=${at('code')}&x=1\n`,
    `/token\ngrant_type=authorization_code&code_verifier=${at('verifier')}&refresh_token=${at('old')}`,
    `{"access_token":"${at('access')}","refresh_token":"${at('refresh')}","id_token":"${at('id')}"}`,
    `/userinfo\n\nBearer ${at('bearer')}\n`,
    `{"codeVerifier":"${at('kept')}"}`,
  ];
  const names = ['state', 'nonce', 'code', 'verifier', 'old', 'access', 'refresh', 'id', 'bearer', 'kept'];
  expect([...secretsIn(...texts)].sort()).toEqual(names.map(at).sort());
});

describe('the table', () => {
  const one = (id: string): Case => {
    const found = CASES.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };

  test('says FAILED, and why, for a case with one wrong way', async () => {
    const played = await playAll([one('AT-43')], { careless: CARELESS['believes every signature'] ?? {} });
    expect(isWithstood(played)).toBe(false);
    expect(tableOf(played)).toMatch(/^AT-43 +7 +1 FAILED /m);
    expect(tableOf(played)).toContain(
      'AT-43, id_token_unsigned: ends with logged_in instead of id_token_signature_inv',
    );
  });

  test('of nothing is no proof', () => {
    expect(isWithstood([])).toBe(false);
    expect(isWithstood([{ id: 'AT-01', title: '', ways: [] }])).toBe(false);
  });

  const attacks = (...args: readonly string[]) => run(process.execPath, ['scripts/attacks.ts', ...args]);

  test('is printed by npm run attacks, which ends with 0', () => {
    const { code, stdout } = attacks('AT-44');
    expect(stdout).toMatch(/^AT-44 +3 +withstood +Algorithm confusion +id_token_alg_invalid$/m);
    expect(stdout).toMatch(/^AT-12 +comes with the browser adapter/m);
    expect(code).toBe(0);
  });

  test('ends with 1 when a client is careless, and with 2 when nobody knows what to play', () => {
    expect(attacks('AT-45', '--careless', 'believes every signature').code).toBe(1);
    expect(attacks('AT-99').code).toBe(2);
    expect(attacks('--careless', 'nothing').code).toBe(2);
  });
});
