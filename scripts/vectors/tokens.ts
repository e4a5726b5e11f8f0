/** Rows about tokens: how they are asked for, what is read, what is printed of them. RFC 6749, 5; OIDC Core, 3.1.3. */
import { buildRevoke } from '@proofkey/api';
import * as core from '@proofkey/core';
import { digest, signatureVerifier } from '@proofkey/node';
import {
  camelKeys,
  created,
  formOf,
  ISSUER,
  jsonResponse,
  numeric,
  outcomeOf,
  REJECT,
  type Row,
  type Runners,
  refused,
  SERVER,
  SETTINGS,
  thawed,
} from './rows.ts';

export const tokenRunners: Runners = {
  token_request({ input }) {
    const { grant, refresh_token, token, code, code_verifier, redirect_uri, device_code, ...rest } = input;
    const { tokenEndpoint } = SERVER;
    const requests: Readonly<Record<string, () => core.HttpRequest>> = {
      authorization_code: () => core.codeExchangeRequest(SETTINGS, thawed({ redirect_uri, code_verifier }), code),
      refresh_token: () => core.refreshRequest(SETTINGS, tokenEndpoint, refresh_token, rest),
      device_code: () => core.deviceCodeRequest(SETTINGS, tokenEndpoint, device_code),
      revoke: () => buildRevoke(ISSUER, { client_id: SETTINGS.clientId, token, token_type_hint: 'refresh_token' }),
    };
    const request = requests[grant]?.();
    if (!request) return undefined;
    const { method, headers, body: raw = '' } = request;
    return { kind: 'accept', values: { method, headers, form: formOf(raw), raw } };
  },
  token_response(row) {
    const { grant_type, scope = '', dpop, openid, refresh_token } = row['request'];
    if (dpop || row['response'].network !== undefined) return undefined;
    const scopes = [...String(scope).split(' '), ...(openid ? ['openid'] : [])].filter(Boolean);
    const [response, now] = [row['response'] as core.HttpResponse, numeric(row['now'])];
    const values = ({ expiresAt, scope: granted, refreshToken }: core.TokenAnswer | core.Tokens): Row => ({
      expires_at: expiresAt,
      scope: granted.join(' '),
      refresh_token: refreshToken,
    });
    if (grant_type === 'authorization_code') {
      const made = created({ scope: scopes });
      return outcomeOf(made.ok ? core.readCodeExchangeResponse(SETTINGS, made.value, response, now) : made, values);
    }
    return grant_type === 'refresh_token'
      ? outcomeOf(core.readRefreshResponse(SETTINGS, storedSession(refresh_token, scopes), response, now), values)
      : outcomeOf(core.readTokenResponse(response, scopes, [], now), values);
  },
  async id_token(row, file) {
    const { context } = row;
    const { expected_algs: signingAlgorithms, essential_acr_values: acrValues, original_claims: original } = context;
    const given = { ...camelKeys(context), signingAlgorithms, acrValues, original };
    const [settings, expected] = [given, given] as unknown as [core.ClientSettings, core.ExpectedIdToken];
    const token = core.validateIdToken(settings, expected, row['jwt'], numeric(context.now));
    if (!token.ok) return refused(token);
    const keys = core.readKeySet(jsonResponse(file['jwks'][context.jwks]));
    const fitting = keys.ok ? core.selectKeys(keys.value, token.value.jwt) : keys;
    if (!fitting.ok) return refused(fitting);
    const { jwt, hashed } = token.value;
    const octets = hashed && (await digest(hashed.algorithm, hashed.ascii));
    for (const key of fitting.value) {
      if (await signatureVerifier.verify({ ...jwt, key }))
        return outcomeOf(core.acceptIdToken(token.value, 'verified', octets));
    }
    return REJECT;
  },
  userinfo(row) {
    const read = core.readUserinfoResponse(row['response'], row['expected_sub']);
    if (read.ok) return { kind: 'accept' };
    const { kind, values } = refused(read);
    return { kind, values: { ...values, error: read.failure.code } };
  },
  log_redaction: (row) => ({ kind: 'accept', values: { text: JSON.stringify(core.redact(row['value'])) } }),
};

function storedSession(refreshToken: string, scope: readonly string[]): core.Session {
  const grant = { refreshToken, scope, journal: null };
  const record = { version: 1, issuer: ISSUER, ...SETTINGS, loginId: 'vector', revision: 1, sub: null, idToken: null };
  const found = core.thawSession(JSON.stringify({ ...record, grant, tokenSets: {} }), { ...SETTINGS, issuer: ISSUER });
  if (found.status !== 'present') throw new Error(`A stored session is ${found.status}.`);
  return found.session;
}
