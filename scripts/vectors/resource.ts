/** Rows about what an API and a logout answer. RFC 9110, 11.6.1; OpenID Connect RP-Initiated Logout 1.0; RFC 7009. */
import { createClient } from '@proofkey/client';
import * as core from '@proofkey/core';
import { memoryPorts } from '@proofkey/port-contract';
import { formOf, ISSUER, type Outcome, outcomeOf, REJECT, type Row, type Runners, SERVER, SETTINGS } from './rows.ts';

const RETURN_TO = 'https://client.example.org/';
/** What `<jwt>` in a row stands for. */
const ID_TOKEN = `eyJhbGciOiJSUzI1NiJ9.${'x'.repeat(43)}.c2ln`;
const REVOKE = `${ISSUER}oauth/revoke`;

export const resourceRunners: Runners = {
  www_authenticate(row) {
    const challenges = core
      .readChallenges(row['header'])
      .map(({ scheme, params, token68 }) => (token68 === undefined ? { scheme, params } : { scheme, token68 }));
    return { kind: 'accept', values: { challenges } };
  },
  logout({ input }) {
    const { return_url, expected_state, revocation_status, revocation_bodies, ...rest } = input;
    if (return_url !== undefined) {
      const { returned, stateMatched } = core.readLogoutReturn(RETURN_TO, expected_state, return_url);
      return returned ? { kind: 'accept', values: { state_matched: stateMatched } } : REJECT;
    }
    if (revocation_status !== undefined) return logoutWhile(revocation_status);
    if (revocation_bodies === undefined) return logoutAt(rest);
    const read = revocation_bodies.map((body: string) => revoked(200, body));
    return read.every(Boolean) ? { kind: 'accept' } : REJECT;
  },
};

function logoutAt(input: Row): Outcome {
  const { end_session_endpoint, vendor, endpoint, id_token_hint, post_logout_redirect_uri, returnTo, ...rest } = input;
  const server = {
    issuer: ISSUER,
    ...(end_session_endpoint !== undefined && { endSessionEndpoint: end_session_endpoint }),
    ...(vendor !== undefined && { vendorLogoutEndpoint: endpoint }),
  };
  const { logout_hint: logoutHint, state } = rest;
  const idToken = id_token_hint === '<jwt>' ? ID_TOKEN : id_token_hint;
  const options = { idToken, logoutHint, returnTo: post_logout_redirect_uri ?? returnTo, state };
  const url = core.logoutUrl(server, SETTINGS.clientId, options);
  if (!url.ok) return { kind: 'reject', values: { error: url.failure.code } };
  return outcomeOf(url, (value) => (value === null ? { local_only: true } : { form: formOf(new URL(value).search) }));
}

const revoked = (status: number, body: string = ''): boolean =>
  core.readRevocationResponse({ status, headers: {}, body }, []).ok;

/** A real client with a stored session, whose server answers every revocation with this status. */
async function logoutWhile(status: number): Promise<Outcome> {
  const ports = memoryPorts();
  ports.transport.answer(REVOKE, { status, headers: {}, body: '' });
  const owner = { clientId: SETTINGS.clientId, issuer: ISSUER };
  const key = `proofkey/1/${encodeURIComponent(owner.clientId)}@${encodeURIComponent(owner.issuer)}/session`;
  const tokenSet = { accessToken: 'vector-at', tokenType: 'Bearer', expiresAt: null, scope: [] };
  const grant = { refreshToken: 'vector-rt', scope: [], journal: null };
  const session = { version: 1, ...owner, loginId: 'vector', revision: 1, sub: null, idToken: null };
  await ports.sessionStore.set(key, JSON.stringify({ ...session, grant, tokenSets: { '': tokenSet } }));
  const server = { ...SERVER, revocationEndpoint: REVOKE };
  const client = createClient({ ...SETTINGS, server, scope: [] }, ports);
  const before = await client.start();
  await client.logout();
  const cleared = client.getSnapshot().status === 'logged_out' && (await ports.sessionStore.get(key)) === null;
  return before.status === 'logged_in'
    ? { kind: 'accept', values: { local_cleared: cleared, revoked: revoked(status) } }
    : REJECT;
}
