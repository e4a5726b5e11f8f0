/** Code, verifier -> tokens, if they belong together. RFC 6749, section 4.1.3; RFC 7636, section 4.6. */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeBase64url, isCodeVerifier } from '@proofkey/core';
import { type Misuse, type MisuseCode, misuseOf } from './misuse.ts';
import { type Parameters, parameterOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import type { Client } from './settings.ts';
import type { Authorization } from './state.ts';
import { issue, withAuthorization } from './tokens.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

type Wrong = { readonly description: string; readonly misuse?: MisuseCode; readonly earlier?: number };

export function exchangeCode(turn: Turn, form: Parameters, client: Client): Reply {
  const { state, rules, step } = turn;
  const code = parameterOf(form, 'code');
  if (code === undefined) return refuse(turn, 'invalid_request', 'code is missing');
  const verifier = parameterOf(form, 'code_verifier');
  if (verifier !== undefined && rules.verifierFormatChecked && !isCodeVerifier(verifier))
    return refuse(turn, 'invalid_request', 'code_verifier is malformed', 'code_verifier_malformed');
  const found = state.authorizations.find((one) => one.code.value === code);
  if (found === undefined) return refuse(turn, 'invalid_grant', 'this code is unknown');

  const { request } = found;
  const { sentIn, spent } = found.code;
  const sent: Authorization = { ...found, code: { ...found.code, sentIn: sentIn ?? step } };
  const again: readonly Misuse[] = sentIn === undefined ? [] : [misuseOf('code_used_twice', { step, earlier: sentIn })];
  const invalid = ({ description, misuse, earlier = request.step }: Wrong, after = sent): Reply => ({
    ...refuse(turn, 'invalid_grant', description),
    state: withAuthorization(state, found, after),
    login: request.login,
    misuses: [...(misuse ? [misuseOf(misuse, { step, earlier })] : []), ...again],
  });

  if (spent) {
    const revoked: Authorization = rules.replayRevokes ? { ...sent, revoked: found.revoked ?? 'code_replay' } : sent;
    return invalid({ description: 'this code was used' }, revoked);
  }
  const wrong = wrongWith(turn, form, client, found);
  if (wrong !== undefined) return invalid(wrong);
  const unproven = wrongVerifier(turn, found, verifier);
  if (unproven !== undefined)
    return invalid(unproven, rules.wrongVerifierBurnsCode ? { ...sent, code: { ...sent.code, spent: true } } : sent);

  const { members, authorization } = issue(
    turn,
    { ...sent, code: { ...sent.code, spent: true } },
    {
      scope: found.scope,
      ...(request.audience !== undefined && { audience: request.audience }),
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      withRefreshToken: found.scope.includes('offline_access'),
    },
  );
  return {
    draft: { type: 'json', status: 200, members },
    state: withAuthorization(state, found, authorization),
    login: request.login,
    misuses: [...believed(turn, found.trap), ...again],
  };
}

function wrongWith({ now }: Turn, form: Parameters, client: Client, found: Authorization): Wrong | undefined {
  const { request, code } = found;
  if (request.clientId !== client.clientId)
    return { description: 'another client has this code', misuse: 'code_of_another_client' };
  if (now >= code.expiresAt) return { description: 'this code has expired' };
  const sent = parameterOf(form, 'redirect_uri');
  if (sent === undefined && request.redirectUriSent)
    return { description: 'redirect_uri is missing', misuse: 'redirect_uri_missing' };
  if (sent !== undefined && sent !== request.redirectUri)
    return { description: 'redirect_uri is another one', misuse: 'redirect_uri_changed' };
  return undefined;
}

function wrongVerifier(turn: Turn, found: Authorization, verifier: string | undefined): Wrong | undefined {
  const { codeChallenge, codeChallengeMethod } = found.request;
  const description = 'code_verifier does not fit';
  if (codeChallenge === undefined || !turn.rules.verifierChecked) return undefined;
  if (verifier === undefined) return { description, misuse: 'code_verifier_missing' };
  const challenge = codeChallengeMethod === 'S256' ? challengeOf(verifier) : verifier;
  if (challenge === codeChallenge) return undefined;
  const other = turn.state.authorizations.find((one) => one.request.codeChallenge === challenge);
  if (other === undefined) return { description, misuse: 'code_verifier_wrong' };
  return { description, misuse: 'code_verifier_of_another_login', earlier: other.request.step };
}

const challengeOf = (verifier: string): string =>
  encodeBase64url(sha256(Uint8Array.from(verifier, (character) => character.charCodeAt(0))));
