/** Rows about the way to the authorization server and back: PKCE, authorization request, callback. RFC 6749, 4.1. */
import * as core from '@proofkey/core';
import {
  camelKeys,
  created,
  ENTROPY,
  formOf,
  ISSUER,
  NOW,
  numeric,
  octets,
  options,
  outcomeOf,
  REJECT,
  type Row,
  type Runners,
  refused,
  SERVER,
  SETTINGS,
  storedTransaction,
} from './rows.ts';

export const authorizationRunners: Runners = {
  pkce(row) {
    if (row['rng'] !== undefined) return outcomeOf(created({}, octets(row['octets_hex'] ?? '')));
    const made = row['octets_hex'] === undefined ? undefined : core.codeVerifierFrom(octets(row['octets_hex']));
    if (made && !made.ok) return refused(made);
    const verifier = made?.value ?? row['code_verifier'];
    const challenge = core.codeChallengeFor(verifier);
    const url = authorizationUrlFor({}, {});
    if (!challenge.ok || !url.ok) return outcomeOf(challenge);
    // A client sends S256 and its own challenge: anything else is refused by never being produced.
    const code_challenge_method = new URL(url.value).searchParams.get('code_challenge_method');
    const values: Row = { code_verifier: verifier, code_challenge: challenge.value, code_challenge_method };
    return Object.keys(values).every((name) => (row[name] ?? values[name]) === values[name])
      ? { kind: 'accept', values }
      : REJECT;
  },
  redirect_uri: (row) => outcomeOf(core.checkRedirectUri(row['redirect_uri'])),
  authorization_request(row) {
    const { authorization_endpoint, client_id, ...rest } = row['input'];
    const url = authorizationUrlFor({ authorizationEndpoint: authorization_endpoint }, camelKeys(rest), client_id);
    return outcomeOf(url, (value) => ({ form: formOf(new URL(value).search), raw: value }));
  },
  callback(row) {
    const stored = row['transaction'] === null ? null : JSON.stringify(storedTransaction(row['transaction']));
    const issuer = row['transaction']?.issuer ?? ISSUER;
    const state = core.resumeLogin(core.thawTransaction(stored, { ...SETTINGS, issuer }), row['callback_url']);
    if (state.status !== 'awaiting_callback') return REJECT;
    const { transaction } = state;
    const code = core.readAuthorizationResponse(SETTINGS, transaction, row['callback_url'], numeric(row['now']));
    // A callback that is not ours leaves the transaction as it is.
    const consumes = core.isOurCallback(transaction, row['callback_url']);
    const outcome = outcomeOf(code, (value) => ({ code: value }));
    return { ...outcome, values: { ...outcome.values, consumes_transaction: consumes } };
  },
};

function authorizationUrlFor(server: Row, more: Row, clientId: string = SETTINGS.clientId): core.Result<string> {
  const settings = { clientId, server: { ...SERVER, ...server } };
  const made = core.createTransaction(settings, options(more), ENTROPY, numeric(NOW));
  const challenge = made.ok ? core.codeChallengeFor(made.value.codeVerifier) : made;
  return made.ok && challenge.ok
    ? core.authorizationUrl(options(more), made.value, challenge.value)
    : (challenge as core.Refusal);
}
