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

test.each(CASES.map(({ id, title }) => ({ id, title })))('$id: $title: is withstood', ({ id }) => {
  const { ways = [] } = results.find((one) => one.id === id) ?? {};
  expect(ways.length).toBeGreaterThan(0);
  expect(ways.filter(({ verdict }) => verdict === 'FAILED')).toEqual([]);
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
