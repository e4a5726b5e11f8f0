/** A login server -> a whole login at it by oauth4webapi, a client that is not ours, over fetch. */
import * as oauth from 'oauth4webapi';
import type { LoginServer } from '../../src/login-server.ts';

export const REDIRECT_URI = 'https://app.test/callback';

export interface CodeLogin {
  readonly claims: oauth.IDToken | undefined;
  readonly userinfo: oauth.UserInfoResponse;
  readonly tokens: oauth.TokenEndpointResponse;
}

type Parameters = Readonly<Record<string, string>>;

/** An authorization URL, and what has to be kept for its callback. */
export async function authorizationOf(
  as: LoginServer,
  more: Parameters = {},
): Promise<{ readonly url: string; readonly verifier: string; readonly state: string; readonly nonce: string }> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const parameters = {
    client_id: as.clientId,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  };
  return { url: `${as.server.authorizationEndpoint}?${new URLSearchParams(parameters)}`, verifier, state, nonce };
}

/** Discovery, authorization, code exchange, key set, signature, userinfo. */
export async function logIn(as: LoginServer): Promise<CodeLogin> {
  const issuer = new URL(as.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  const [algorithm = 'RS256'] = as.server.signingAlgorithms ?? [];
  const client = { client_id: as.clientId, id_token_signed_response_alg: algorithm };
  const { url, verifier, state, nonce } = await authorizationOf(as);
  const callback = await as.browser(url);
  if (callback === undefined) throw new Error('the person did not come back');
  const parameters = oauth.validateAuthResponse(server, client, new URL(callback), state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    REDIRECT_URI,
    verifier,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce });
  await oauth.validateApplicationLevelSignature(server, response);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const told = await oauth.userInfoRequest(server, client, tokens.access_token);
  const userinfo = await oauth.processUserInfoResponse(server, client, claims?.sub ?? '', told);
  return { claims, userinfo, tokens };
}
