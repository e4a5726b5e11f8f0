/**
 * What runs inside an engine that has nothing but the language: the vectors of PKCE and of callbacks, and a login.
 * It sees the bundled core as the global `proofkey` and answers with one JSON text. It uses no platform itself.
 */
import type * as core from '@proofkey/core';

declare const proofkey: typeof core;

type Row = {
  readonly id: string;
  readonly expect: string;
  readonly octets_hex?: string;
  readonly code_verifier?: core.CodeVerifier;
  readonly code_challenge?: string;
  readonly code_challenge_method?: string;
  readonly must_not_equal?: boolean;
  readonly callback_url: string;
  readonly now: core.NumericDate;
  readonly result?: { readonly code?: string };
  readonly transaction: {
    readonly redirect_uri: string;
    readonly state: string;
    readonly issuer: string;
    readonly iss_parameter_supported: boolean;
    readonly response_mode: 'query' | 'fragment';
    readonly created_at: number;
    readonly consumed_at?: number;
  } | null;
};

const entropy = Uint8Array.from({ length: proofkey.ENTROPY_LENGTH }, (_, i) => (i * 37 + 11) % 256);
const now = 1_767_225_600 as core.NumericDate;
const server: core.ServerMetadata = {
  issuer: 'https://as.example.com/',
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/oauth/token',
  jwksUri: 'https://as.example.com/.well-known/jwks.json',
};
const settings: core.LoginSettings = { clientId: 's6BhdRkqt3', server };
const options: core.LoginOptions = { redirectUri: 'https://client.example.org/cb', scope: ['openid', 'profile'] };
const noAnswer = new Error('the login asks for something else');

/** As long as a verifier, so that `codeChallengeFor` hashes it too. */
const accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';

/** SHA-256 of what a code verifier may be. */
function digestOf(text: string): Uint8Array {
  const challenge = proofkey.codeChallengeFor(text as core.CodeVerifier);
  return (challenge.ok && proofkey.decodeBase64url(challenge.value)) || new Uint8Array();
}

const octetsOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));

/** The challenge is the vector's, or the verifier is refused; and a wrong challenge is never ours. */
function agreesOnPkce({ octets_hex, code_challenge, must_not_equal, ...row }: Row): boolean {
  const made = octets_hex === undefined ? undefined : proofkey.codeVerifierFrom(octetsOf(octets_hex));
  if (made && !made.ok) return row.expect === 'reject';
  const verifier = made ? made.value : row.code_verifier;
  if (made && row.code_verifier !== undefined && verifier !== row.code_verifier) return false;
  const challenge = proofkey.codeChallengeFor(verifier as core.CodeVerifier);
  if (must_not_equal) return challenge.ok && challenge.value !== code_challenge;
  if (!challenge.ok) return row.expect === 'reject';
  return row.expect === 'accept' && challenge.value === code_challenge;
}

function agreesOnCallback(base: core.Transaction, { transaction: row, callback_url, ...expected }: Row): boolean {
  if (row === null) return false;
  const transaction: core.Transaction = {
    ...base,
    redirectUri: row.redirect_uri,
    state: row.state as core.State,
    server: { ...server, issuer: row.issuer, issParameterSupported: row.iss_parameter_supported },
    responseMode: row.response_mode,
    startedAt: row.created_at as core.NumericDate,
    expiresAt: (row.created_at + proofkey.TRANSACTION_LIFETIME) as core.NumericDate,
  };
  const url = callback_url.replace(/<<repeat:(.):(\d+)>>/g, (_, x: string, n: string) => x.repeat(Number(n)));
  const read = proofkey.readAuthorizationResponse(settings, transaction, url, expected.now);
  if (read.ok) return expected.expect === 'accept' && (expected.result?.code ?? read.value) === read.value;
  if (expected.expect === 'oauth_error') return read.failure.kind === 'oauth_error';
  return expected.expect === 'reject' && read.failure.kind === 'untrusted_response';
}

const ascii = (text: string): string =>
  proofkey.encodeBase64url(Uint8Array.from(text, (character) => character.charCodeAt(0)));

const json = (body: unknown): core.Answer => ({
  type: 'response_received',
  response: { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  now,
});

/** A person, a store and a server that all do as they are asked. */
function answerTo(effect: core.Effect, transaction: core.Transaction): core.Answer | undefined {
  switch (effect.type) {
    case 'open_user_agent':
      return { type: 'returned', url: `${options.redirectUri}?code=c0de&state=${transaction.state}`, now };
    case 'spend_transaction':
      return { type: 'spent', transaction };
    case 'send_request': {
      const { nonce } = transaction;
      const claims = {
        iss: server.issuer,
        nonce,
        sub: '248289761001',
        aud: settings.clientId,
        iat: now,
        exp: now + 300,
        at_hash: proofkey.encodeBase64url(digestOf(accessToken).subarray(0, 16)),
      };
      const idToken = [ascii('{"alg":"ES256"}'), ascii(JSON.stringify(claims)), ascii('signature')].join('.');
      return json({ access_token: accessToken, token_type: 'Bearer', expires_in: 300, id_token: idToken });
    }
    case 'digest':
      return { type: 'digested', octets: digestOf(effect.ascii) };
    case 'get_keys':
      return { type: 'keys_received', keys: { ok: true, value: [{ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' }] } };
    case 'verify_signature':
      return { type: 'signature_checked', valid: true };
    default:
      return undefined;
  }
}

/** Every effect of a login in order, and how it ended. */
function logIn(): { readonly effects: readonly string[]; readonly status: string } {
  let step = proofkey.startLogin(settings, options, entropy, now);
  if (step.state.status !== 'awaiting_challenge') throw noAnswer;
  const { transaction } = step.state;
  const effects: string[] = [];
  for (;;) {
    effects.push(...step.effects.map(({ type }) => type));
    const last = step.effects.at(-1);
    const answer = last && answerTo(last, transaction);
    if (!answer) return { effects, status: step.state.status };
    step = proofkey.stepLogin(settings, step.state, answer);
  }
}

/** @returns which rows differ, by group; how many were run; and the login. As one JSON text. */
export function runInside(groups: { readonly pkce: readonly Row[]; readonly callback: readonly Row[] }): string {
  const made = proofkey.createTransaction(settings, options, entropy, now);
  if (!made.ok) throw noAnswer;
  // The method is not a parameter of ours: there is only S256, so that no other one can be asked for.
  const pkce = groups.pkce.filter(({ code_challenge_method: method = 'S256' }) => method === 'S256');
  // There is no store in here, so that no transaction can be unknown or spent.
  const callback = groups.callback.filter(({ transaction }) => transaction && !transaction.consumed_at);
  const differ = [
    ...pkce.filter((row) => !agreesOnPkce(row)),
    ...callback.filter((row) => !agreesOnCallback(made.value, row)),
  ];
  const run = pkce.length + callback.length;
  return JSON.stringify({ run, differ: differ.map(({ id }) => id), login: logIn() });
}
