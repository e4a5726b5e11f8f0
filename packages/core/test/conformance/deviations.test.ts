/** Every way in which the server of `@proofkey/msw` goes wrong: where a client has a duty, the core does it. */
import { DEVIATIONS, type DeviationName, type Step } from '@proofkey/msw/authorization-server';
import { describe, expect, test } from 'vitest';
import { readServerMetadata } from '../../src/index.ts';
import { createServer, endOf, logIn, type Run } from '../support/authorization-server.ts';
import { CLIENT_ID, ISSUER, metadataRequest, optionsOf, settingsOf, started } from '../support/login.ts';

const names = Object.keys(DEVIATIONS) as DeviationName[];
const changes = (name: DeviationName, ...steps: readonly Step[]): boolean =>
  DEVIATIONS[name].steps.some((one) => steps.includes(one));
const hasDuty = (name: DeviationName): boolean => DEVIATIONS[name].duty !== undefined;

/** Asks for everything that a server may get wrong. */
const loginAt = (deviation: DeviationName): Run =>
  logIn({ deviation, settings: settingsOf({}, { issParameterSupported: true }), options: { maxAge: 60 } });

/** What becomes of a client that finds this server by its issuer. */
function discoveryAt(deviation: DeviationName): string {
  const response = createServer({ deviation }).send(metadataRequest(ISSUER));
  const server = readServerMetadata(response, ISSUER);
  if (!server.ok) return 'refused';
  const { state } = started({ clientId: CLIENT_ID, server: server.value }, optionsOf());
  return state.status === 'failed' ? 'refused' : state.status;
}

describe('deviations', () => {
  const inLogins = names.filter((name) => hasDuty(name) && changes(name, 'authorize', 'token', 'keys'));
  const inMetadata = names.filter((name) => hasDuty(name) && changes(name, 'metadata'));

  test('there are many', () => {
    expect(inLogins.length).toBeGreaterThan(80);
    expect(inMetadata.length).toBeGreaterThan(15);
  });

  test.each(inLogins)('at a server with %s nobody is logged in', (name) => {
    const run = loginAt(name);
    expect(endOf(run)).not.toBe('logged_in');
    expect(run.session).toBeUndefined();
  });

  test.each(inMetadata)('at a server with %s no login begins', (name) => {
    expect(discoveryAt(name)).toBe('refused');
  });

  test('negative control: at an honest server both do', () => {
    expect(endOf(loginAt('expires_in_as_text'))).toBe('logged_in');
    expect(discoveryAt('expires_in_as_text')).toBe('awaiting_callback');
  });

  const others = names.filter((name) => !hasDuty(name) && changes(name, 'authorize', 'token', 'keys'));
  // Whoever is told off fails in `logIn`.
  test.each(others)('at a server with %s the core misuses nothing', (name) => {
    expect(['logged_in', 'failed', 'awaiting_callback']).toContain(loginAt(name).state.status);
  });
});
