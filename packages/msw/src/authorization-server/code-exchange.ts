/** Code, verifier -> tokens, if they belong together. RFC 6749, section 4.1.3; RFC 7636, section 4.6. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CodeExchange } from '@proofkey/api';
import { encodeBase64url, isCodeVerifier } from '@proofkey/core';
import { sameChallenge } from './carelessness.ts';
import { type Misuse, type MisuseCode, misuseOf } from './misuse.ts';
import { type Parameters, parameterOf, valuesOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import { apisOf, isResource } from './resource.ts';
import type { Client } from './settings.ts';
import type { Authorization, SeenRequest } from './state.ts';
import { issue, withAuthorization } from './tokens.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

type Wrong = {
  /** `invalid_grant` when absent. */
  readonly error?: string;
  readonly description: string;
  readonly misuse?: MisuseCode;
  readonly earlier?: number;
};

export function exchangeCode(turn: Turn, form: Parameters, client: Client): Reply {
  const { state, rules, step } = turn;
  const text = (name: keyof CodeExchange): string | undefined => parameterOf<CodeExchange>(form, name);
  const code = text('code');
  if (code === undefined) return refuse(turn, 'invalid_request', 'code is missing');
  const verifier = text('code_verifier');
  const isMalformed = verifier !== undefined && !isCodeVerifier(verifier);
  if (isMalformed && rules.verifierFormatChecked)
    return refuse(turn, 'invalid_request', 'code_verifier is malformed', 'code_verifier_malformed');
  const found = state.authorizations.find((one) => one.code.value === code);
  if (found === undefined) return refuse(turn, 'invalid_grant', 'this code is unknown');

  const { request } = found;
  if (request.clientId !== client.clientId)
    return {
      ...refuse(turn, 'invalid_grant', 'another client has this code', 'code_of_another_client', {
        earlier: request.step,
      }),
      login: request.login,
    };
  const { sentIn, spent } = found.code;
  const sent: Authorization = { ...found, code: { ...found.code, sentIn: sentIn ?? step } };
  // There is something to revoke only when it has issued something.
  const revokes = rules.replayRevokes && spent === true && found.lastStep !== undefined;
  const begun: readonly Misuse[] =
    sentIn === undefined
      ? [...sameChallenge(turn, found), ...believed(turn, found.trap)]
      : [misuseOf('code_used_twice', { step, earlier: sentIn, revoked: revokes })];
  const told = (wrong: Wrong | undefined): readonly Misuse[] =>
    wrong?.misuse ? [misuseOf(wrong.misuse, { step, earlier: wrong.earlier ?? request.step })] : [];
  const invalid = (wrong: Wrong, after = sent): Reply => ({
    ...refuse(turn, wrong.error ?? 'invalid_grant', wrong.description),
    state: withAuthorization(state, found, after),
    login: request.login,
    misuses: [...told(wrong), ...begun],
  });

  if (spent) {
    const revoked: Authorization = rules.replayRevokes ? { ...sent, revoked: found.revoked ?? 'code_replay' } : sent;
    return invalid({ description: 'this code was used' }, revoked);
  }
  const wrong = wrongWith(turn, text('redirect_uri'), found);
  if (wrong !== undefined) return invalid(wrong);
  const [asked, ...more] = valuesOf<CodeExchange>(form, 'resource');
  if (more.length > 0 || (asked !== undefined && !(isResource(asked) && apisOf(request).includes(asked))))
    return invalid({ error: 'invalid_target', description: 'one API of the login, at most' });
  const target = asked ?? request.audience;
  const unproven = wrongVerifier(turn, found, verifier);
  if (unproven !== undefined && rules.verifierChecked)
    return invalid(unproven, rules.wrongVerifierBurnsCode ? { ...sent, code: { ...sent.code, spent: true } } : sent);

  const { members, authorization } = issue(
    turn,
    { ...sent, code: { ...sent.code, spent: true } },
    {
      scope: found.scope,
      ...(target !== undefined && { audience: target }),
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      ...(found.scope.includes('offline_access') && { refreshTokenFrom: code }),
    },
  );
  return {
    draft: { type: 'json', status: 200, members },
    state: withAuthorization(state, found, authorization),
    login: request.login,
    misuses: [...(isMalformed ? [misuseOf('code_verifier_malformed', { step })] : []), ...told(unproven), ...begun],
  };
}

function wrongWith({ now }: Turn, sent: string | undefined, found: Authorization): Wrong | undefined {
  const { request, code } = found;
  if (found.revoked !== undefined) return { description: 'this login was revoked' };
  if (now >= code.expiresAt) return { description: 'this code has expired' };
  if (sent === undefined && request.redirectUriSent)
    return { error: 'invalid_request', description: 'redirect_uri is missing', misuse: 'redirect_uri_missing' };
  if (sent !== undefined && sent !== request.redirectUri)
    return { description: 'redirect_uri is another one', misuse: 'redirect_uri_changed' };
  return undefined;
}

function wrongVerifier(turn: Turn, found: Authorization, verifier: string | undefined): Wrong | undefined {
  const { codeChallenge } = found.request;
  const description = 'code_verifier does not fit';
  // Somebody may have taken the challenge out of the request. RFC 9700, section 2.1.1.
  if (codeChallenge === undefined) return verifier === undefined ? undefined : { description };
  if (verifier === undefined) return { description, misuse: 'code_verifier_missing' };
  const hashed = challengeOf(verifier);
  const fits = (one: SeenRequest): boolean =>
    one.codeChallenge === (one.codeChallengeMethod === 'S256' ? hashed : verifier);
  if (fits(found.request)) return undefined;
  // A challenge of S256 that nobody said was one.
  if (codeChallenge === hashed) return { description, misuse: 'pkce_plain' };
  const other = turn.state.requests.find(fits);
  if (other === undefined) return { description, misuse: 'code_verifier_wrong' };
  return { description, misuse: 'code_verifier_of_another_login', earlier: other.step };
}

const challengeOf = (verifier: string): string =>
  encodeBase64url(sha256(Uint8Array.from(verifier, (character) => character.charCodeAt(0))));
