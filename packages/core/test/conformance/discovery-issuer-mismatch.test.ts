/** oidcc-client-test-discovery-issuer-mismatch. OpenID Connect Discovery 1.0, section 4.3; RFC 8414, section 3.3. */
import { describe, expect, test } from 'vitest';
import { readServerMetadata } from '../../src/index.ts';
import { endOf, logIn } from '../support/authorization-server.ts';
import { ISSUER, jsonResponse, settingsOf } from '../support/login.ts';
import { outcomeOf, valueIn } from '../support/result.ts';

describe('discovery-issuer-mismatch', () => {
  const document = (issuer: string) =>
    jsonResponse({
      issuer,
      authorization_endpoint: `${ISSUER}authorize`,
      token_endpoint: `${ISSUER}oauth/token`,
      jwks_uri: `${ISSUER}jwks.json`,
    });

  test('DI-01 refuses metadata of another issuer', () => {
    expect(outcomeOf(readServerMetadata(document(`${ISSUER}INVALID`), ISSUER))).toBe('issuer_mismatch');
  });

  test('DI-01 logs in with metadata of this one', () => {
    const server = valueIn(readServerMetadata(document(ISSUER), ISSUER));
    expect(endOf(logIn({ settings: { ...settingsOf(), server } }))).toBe('logged_in');
  });
});
