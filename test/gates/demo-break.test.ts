/** `--break` ends well only where the attack was refused: with a careless server or client it does not. */
import { describe, expect, test } from 'vitest';
import { runBreak } from '../../scripts/demo/break.ts';
import { ATTACKS, type Attack } from '../../scripts/demo/options.ts';
import { type World, world } from '../../scripts/demo/site.ts';
import * as careless from './support/careless.ts';

/** @returns what was said, or the error that ended it */
async function attacked(attack: Attack, others: Partial<World> = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  await runBreak({ say: (line) => void lines.push(line) }, attack, {}, { ...world, ...others });
  return lines;
}

const refusals = (lines: readonly string[]): number => lines.filter((line) => /Refused by /.test(line)).length;

describe('an attack', () => {
  test.each(ATTACKS)('on the %s is refused by our client at a certified server', async (attack) => {
    expect(refusals(await attacked(attack))).toBe(attack === 'replay' ? 2 : 1);
  });

  test('on the verifier is noticed to succeed at a server that does not check it', async () => {
    const server = { startServer: careless.serverWithoutPkce };
    await expect(attacked('verifier', server)).rejects.toThrow('The attack was not refused: the login succeeded.');
  });

  test('on the state is noticed to succeed against a client that takes any callback', async () => {
    const client = { createClient: careless.clientThatChecksNothing };
    await expect(attacked('state', client)).rejects.toThrow('The attack was not refused: the listener answered 200.');
  });

  test('on the issuer is noticed to succeed against a client that does not look at it', async () => {
    const client = { createClient: careless.clientThatChecksNothing };
    await expect(attacked('issuer', client)).rejects.toThrow('The attack was not refused: the login succeeded.');
  });

  test('on the signature is noticed to succeed against a client that believes any ID Token', async () => {
    const client = { createClient: careless.clientThatChecksNothing };
    await expect(attacked('signature', client)).rejects.toThrow('The attack was not refused: the login succeeded.');
  });

  test('by replay is noticed to succeed at a server that takes a code twice', async () => {
    const server = { startServer: careless.serverThatTakesCodesTwice };
    await expect(attacked('replay', server)).rejects.toThrow(
      'The attack was not refused: the login server answered 200.',
    );
  });

  test('by replay is noticed to succeed at a server that takes nothing back', async () => {
    const server = { startServer: careless.serverThatRevokesNothing };
    await expect(attacked('replay', server)).rejects.toThrow(
      'The attack was not refused: what the code gave still works: the API answered 200.',
    );
  });

  test('by replay is noticed to succeed against a client that sends the code again', async () => {
    const client = { createClient: careless.clientThatExchangesAgain };
    await expect(attacked('replay', client)).rejects.toThrow(
      'The attack was not refused: the app exchanged the code again.',
    );
  });

  test('by replay is noticed to succeed against a client that goes on listening', async () => {
    let close = (): void => {};
    const createClient: World['createClient'] = (settings) => {
      const listening = careless.clientThatListensOn(settings);
      close = listening.close;
      return listening.client;
    };
    try {
      await expect(attacked('replay', { createClient })).rejects.toThrow(
        'The attack was not refused: a listener answered 200.',
      );
    } finally {
      close();
    }
  });
});
