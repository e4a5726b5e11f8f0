/** oidcc-client-test-discovery-issuer-mismatch. OpenID Connect Discovery 1.0, section 4.3; RFC 8414, section 3.3. */
import type { DeviationName } from '@proofkey/msw/authorization-server';
import { describe, expect, test } from 'vitest';
import { readServerMetadata } from '../../src/index.ts';
import { createServer, endOf, logIn } from '../support/authorization-server.ts';
import { ISSUER, metadataRequest, settingsOf } from '../support/login.ts';
import { outcomeOf, valueIn } from '../support/result.ts';

describe('discovery-issuer-mismatch', () => {
  const document = (deviation?: DeviationName) =>
    createServer(deviation && { deviation }).send(metadataRequest(ISSUER));

  test('DI-01 refuses metadata of another issuer', () => {
    for (const deviation of [
      'metadata_issuer_with_suffix',
      'metadata_issuer_with_other_slash',
      'metadata_of_another_issuer',
    ] as const)
      expect(outcomeOf(readServerMetadata(document(deviation), ISSUER))).toBe('issuer_mismatch');
  });

  test('DI-01 logs in with metadata of this one', () => {
    const server = valueIn(readServerMetadata(document(), ISSUER));
    expect(endOf(logIn({ settings: { ...settingsOf(), server } }))).toBe('logged_in');
  });
});
