/** The table of attacks can fail: a client that lacks one defence fails in it, by the check that is about that one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CARELESS } from '../../scripts/attacks/careless.ts';
import type { Case, Played, Variant } from '../../scripts/attacks/case.ts';
import { guardOutside } from '../../scripts/attacks/outside.ts';
import { play } from '../../scripts/attacks/play.ts';
import { CASES, playAll } from '../../scripts/attacks/run.ts';
import { secretsIn } from '../../scripts/attacks/secrets.ts';
import type { Careless, Stage } from '../../scripts/attacks/stage.ts';
import { isWithstood, tableOf } from '../../scripts/attacks/table.ts';
import { run } from './support/processes.ts';

let unguard = (): void => {};
beforeAll(() => {
  unguard = guardOutside();
});
afterAll(() => unguard());

function carelessClient(name: string): Careless {
  const found = CARELESS[name];
  if (found === undefined) throw new Error(`no careless client ${name}`);
  return found;
}

const variantOf = (id: string, name: string): Variant => {
  const found = CASES.find((one) => one.id === id)?.variants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no way of ${id} is called ${name}`);
  return found;
};

/** Who is careless, in which way of attacking, and what is then wrong. */
const FAULTS = [
  ['believes every signature', 'AT-45', 'id_token_signed_by_another_key', /^ends with logged_in instead of/],
  ['believes every signature', 'AT-45', 'bad_signature', /^a token of the hostile answer is stored/],
  ['believes every signature', 'AT-43', 'id_token_unsigned', /^the session is another one/],
  ['takes every token for a bearer token', 'AT-38', 'token_type_mac', /^the server saw spoiled_answer_believed/],
  ['fetches the key that a token names', 'AT-45', 'id_token_names_address_of_key', /^connects to attacker.example:443/],
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
  ['takes every callback for its own', 'AT-03', 'callback_is_forged_error', /^the listener takes it for the callback/],
] as const;
const HANGS = 'waits for ever';

describe('a client that', () => {
  test.each(FAULTS)('%s fails %s (%s)', async (name, id, variant, wrong) => {
    const careless = carelessClient(name);
    const { wrongs } = await play(variantOf(id, variant), { careless });
    expect(wrongs).toContainEqual(expect.stringMatching(wrong));
  });

  test(`${HANGS} fails by its deadline, and the table goes on`, async () => {
    const careless = carelessClient(HANGS);
    const { outcome, wrongs } = await play(variantOf('AT-48', 'wrong_nonce'), { careless, deadline: 1 });
    expect(outcome).toBe('hangs');
    expect(wrongs).toContain('ends with hangs instead of id_token_nonce_invalid');
  });
});

/** No client is as careless as that, so the attack is another one. */
describe('an attack that', () => {
  const honest = (): Variant => variantOf('AT-48', 'wrong_nonce');

  test('leaves its value behind is noticed: here it is a claim of the session from before', async () => {
    const { wrongs } = await play({ ...honest(), never: ['issuer'] });
    expect(wrongs).toEqual(["the attacker's value is stored or shown"]);
  });

  test('pollutes a prototype is noticed', async () => {
    const polluting = async (stage: Stage): Promise<Played> => {
      Object.assign(Object.prototype, { polluted: true });
      return honest().play(stage);
    };
    try {
      expect((await play({ ...honest(), play: polluting })).wrongs).toContain('a prototype is polluted');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });
});

test('every careless client that there is was played', () => {
  expect([...new Set([...FAULTS.map(([name]) => name), HANGS])].sort()).toEqual(Object.keys(CARELESS).sort());
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
