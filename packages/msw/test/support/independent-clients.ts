/** Clients of others, each taken through a whole login at whatever server stands behind `fetch`. */
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import {
  InMemoryWebStorage,
  OidcClient,
  type OidcClientSettings,
  UserManager,
  WebStorageStateStore,
} from 'oidc-client-ts';
import * as openid from 'openid-client';

export const CLIENT_ID = 'independent';
export const REDIRECT_URI = 'https://app.example/callback';
export const SCOPE = 'openid profile offline_access';

/** A server, and the person at it: an authorization URL -> the callback URL. */
export interface Place {
  readonly issuer: string;
  browser(url: string): Promise<string | undefined>;
}

/** What a whole round has seen. */
export interface Round {
  readonly name: unknown;
  readonly userinfo: unknown;
  /** After a refresh. */
  readonly refreshed: boolean;
  /** What the server said about the person when the token had been revoked. */
  readonly afterwards: number;
}

async function callbackOf(place: Place, url: string): Promise<string> {
  const callbackUrl = await place.browser(url);
  if (callbackUrl === undefined) throw new Error('the person closed the window');
  return callbackUrl;
}

const statusAt = async (url: string, token: string): Promise<number> =>
  (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;

/** What a client may be told to leave out. */
export interface Omissions {
  readonly pkce?: true;
  /** As openid-client's own quick start, where the server has PKCE. */
  readonly stateAndNonce?: true;
  readonly signatures?: true;
}

export async function oauth4webapi(place: Place, without: Omissions = {}): Promise<Round> {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(place.issuer);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const client: oauth.Client = { client_id: CLIENT_ID };
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(as.authorization_endpoint ?? '');
  const parameters = {
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: SCOPE,
    state,
    nonce,
    ...(!without.pkce && {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const callback = oauth.validateAuthResponse(as, client, new URL(await callbackOf(place, url.href)), state);
  const none = oauth.None();
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    none,
    callback,
    REDIRECT_URI,
    without.pkce ? oauth.nopkce : verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  if (!without.signatures) await oauth.validateApplicationLevelSignature(as, answer, insecure);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const sub = claims?.sub ?? '';
  const asked = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
  const userinfo = await oauth.processUserInfoResponse(as, client, sub, asked);
  const again = await oauth.refreshTokenGrantRequest(as, client, none, tokens.refresh_token ?? '', insecure);
  const refreshed = await oauth.processRefreshTokenResponse(as, client, again);
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, none, refreshed.refresh_token ?? '', insecure),
  );
  return {
    name: claims?.['name'],
    userinfo: userinfo['name'],
    refreshed: refreshed.access_token !== tokens.access_token,
    afterwards: await statusAt(as.userinfo_endpoint ?? '', refreshed.access_token),
  };
}

type OpenidLogin = {
  readonly config: openid.Configuration;
  readonly tokens: Awaited<ReturnType<typeof openid.authorizationCodeGrant>>;
};

async function openidLogin(place: Place, without: Omissions = {}): Promise<OpenidLogin> {
  const config = await openid.discovery(new URL(place.issuer), CLIENT_ID, undefined, openid.None(), {
    execute: [openid.allowInsecureRequests, ...(without.signatures ? [] : [openid.enableNonRepudiationChecks])],
  });
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    ...(!without.stateAndNonce && { state, nonce }),
    ...(!without.pkce && {
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  });
  const tokens = await openid.authorizationCodeGrant(config, new URL(await callbackOf(place, url.href)), {
    ...(!without.pkce && { pkceCodeVerifier: verifier }),
    ...(!without.stateAndNonce && { expectedState: state, expectedNonce: nonce }),
    idTokenExpected: true,
  });
  return { config, tokens };
}

export async function openidClient(
  place: Place,
  without: Omissions = {},
): Promise<Round & { readonly loggedOut: string | undefined }> {
  const { config, tokens } = await openidLogin(place, without);
  const claims = tokens.claims();
  const userinfo = await openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
  await openid.tokenRevocation(config, refreshed.refresh_token ?? '');
  const goodbye = 'https://app.example/goodbye';
  const end = openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: goodbye,
    state: 'bye',
  });
  return {
    name: claims?.['name'],
    userinfo: userinfo.name,
    refreshed: refreshed.access_token !== tokens.access_token,
    afterwards: await statusAt(config.serverMetadata().userinfo_endpoint ?? '', refreshed.access_token),
    loggedOut: await place.browser(end.href),
  };
}

export const oidcSettings = ({ issuer }: Place): OidcClientSettings => ({
  authority: issuer,
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  post_logout_redirect_uri: 'https://app.example/goodbye',
  scope: SCOPE,
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});

export async function oidcClientTs(place: Place): Promise<Round & { readonly loggedOut: unknown }> {
  const client = new OidcClient(oidcSettings(place));
  const { url } = await client.createSigninRequest({ nonce: oauth.generateRandomNonce() });
  const first = await client.processSigninResponse(await callbackOf(place, url));
  // It does not check signatures; so that the token is known to be good, somebody else does.
  const keys = jose.createRemoteJWKSet(new URL((await client.metadataService.getKeysEndpoint(false)) ?? ''));
  const { payload } = await jose.jwtVerify(first.id_token ?? '', keys, { issuer: place.issuer, audience: CLIENT_ID });
  const { profile, session_state, scope } = first;
  const state = {
    refresh_token: first.refresh_token ?? '',
    id_token: first.id_token ?? '',
    session_state,
    scope: scope ?? '',
    profile,
    data: {},
  };
  const second = await client.useRefreshToken({ state });
  await client.revokeToken(second.refresh_token ?? '', 'refresh_token');
  const end = await client.createSignoutRequest({ id_token_hint: first.id_token ?? '', state: 'bye' });
  return {
    name: payload['name'],
    userinfo: profile['name'],
    refreshed: second.access_token !== first.access_token,
    afterwards: await statusAt((await client.metadataService.getUserInfoEndpoint()) ?? '', second.access_token),
    loggedOut: (await client.processSignoutResponse(await callbackOf(place, end.url))).userState,
  };
}

/** What applications mostly use of it, with somebody logged in. */
export async function userManager(place: Place): Promise<UserManager> {
  const settings = {
    ...oidcSettings(place),
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    automaticSilentRenew: false,
    monitorSession: false,
  };
  const manager = new UserManager(settings);
  const { url } = await new OidcClient(settings).createSigninRequest({ request_type: 'si:r' });
  if (!(await manager.signinCallback(await callbackOf(place, url)))) throw new Error('nobody is logged in');
  return manager;
}

/** Two callers, one refresh token: what happens where nobody guards it. */
export async function refreshTwice(place: Place, which: 'oauth4webapi' | 'openid-client'): Promise<void> {
  const { config, tokens } = await openidLogin(place);
  const { refresh_token = '' } = tokens;
  const client = { client_id: CLIENT_ID };
  const as = config.serverMetadata() as oauth.AuthorizationServer;
  const refresh = (): Promise<unknown> =>
    which === 'openid-client'
      ? openid.refreshTokenGrant(config, refresh_token)
      : oauth.refreshTokenGrantRequest(as, client, oauth.None(), refresh_token);
  await Promise.allSettled([refresh(), refresh()]);
}
