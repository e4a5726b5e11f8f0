/** A real authorization server on loopback: oidc-provider, with our paths and one person. RFC 6749; OIDC Core. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { type Account, answerInteraction, interactionPath } from './interactions.ts';
import { onLoopback } from './loopback.ts';
import { memoryAdapter } from './memory-adapter.ts';

export type AuthorizationServer = {
  readonly issuer: string;
  /** What an application would write into its settings; the shape is that of `@proofkey/core`'s `ServerMetadata`. */
  readonly metadata: {
    readonly issuer: string;
    readonly authorizationEndpoint: string;
    readonly tokenEndpoint: string;
    readonly userinfoEndpoint: string;
    readonly revocationEndpoint: string;
    readonly endSessionEndpoint: string;
    readonly jwksUri: string;
    readonly issParameterSupported: true;
  };
  readonly clientId: string;
  readonly account: Account;
  /** What an API that accepts the access tokens needs to ask about them. RFC 7662. */
  readonly introspection: { readonly endpoint: string; readonly clientId: string; readonly clientSecret: string };
  /** Where it listens itself, when its issuer is the address of something in front of it. */
  readonly origin: string;
  /** `METHOD /path` of every request so far, without parameters. */
  readonly requests: readonly string[];
  /** For its own events, such as `authorization.success` or `grant.error`. */
  readonly provider: Provider;
  close(): Promise<void>;
};

export const CLIENT_ID = 'demo-app';
const API_CLIENT_ID = 'contacts-api';
const INTROSPECTION = '/oauth/introspect';

/** Seconds. Given as numbers, because the provider's own defaults announce that they are defaults. */
const LIFETIMES = {
  AccessToken: 600,
  AuthorizationCode: 60,
  Grant: 3600,
  IdToken: 600,
  Interaction: 600,
  RefreshToken: 3600,
  Session: 3600,
};

export type ServerOptions = {
  /** 0, for any free one, when absent. */
  readonly port?: number;
  /** Its own address when absent; else that of a proxy in front of it, which leaves `Host` as it was. */
  readonly issuer?: string;
  /** The login page already holds the name and the password, for a person who cannot know them. */
  readonly prefilled?: boolean;
};

/**
 * Starts the server; it keeps everything in memory and makes its own keys, so that nothing outlives it.
 *
 * Its `provider` tells, besides oidc-provider's own events, `login_page.shown`, `login_page.accepted` and
 * `consent_page.agreed`.
 */
export async function startAuthorizationServer({
  port = 0,
  issuer: front,
  prefilled = false,
}: ServerOptions = {}): Promise<AuthorizationServer> {
  const account: Account = {
    accountId: 'ada',
    password: randomBytes(12).toString('base64url'),
    claims: { name: 'Ada Lovelace', email: 'ada@example.com' },
  };
  const server = createServer();
  // The issuer holds the port, so that the port comes first.
  const { origin, close } = await onLoopback(server, port);
  const issuer = front ?? origin;
  const clientSecret = randomBytes(32).toString('base64url');
  const provider = new Provider(issuer, configuration(account, clientSecret));
  const answer = provider.callback();
  const requests: string[] = [];
  server.on('request', (request, response) => {
    requests.push(`${request.method} ${request.url?.split('?', 1)[0]}`);
    answerInteraction({ provider, account, prefilled }, request, response).then(
      (answered) => answered || answer(request, response),
      (error: unknown) => {
        provider.emit('server_error', undefined, error);
        response.writeHead(400, { 'content-type': 'text/plain' }).end('This login can not go on.\n');
      },
    );
  });
  return {
    issuer,
    metadata: {
      issuer,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/oauth/token`,
      userinfoEndpoint: `${issuer}/userinfo`,
      revocationEndpoint: `${issuer}/oauth/revoke`,
      endSessionEndpoint: `${issuer}/oidc/logout`,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      issParameterSupported: true,
    },
    clientId: CLIENT_ID,
    account,
    introspection: { endpoint: `${issuer}${INTROSPECTION}`, clientId: API_CLIENT_ID, clientSecret },
    origin,
    requests,
    provider,
    close,
  };
}

function configuration(account: Account, apiSecret: string): Readonly<Record<string, unknown>> {
  const { accountId, claims } = account;
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return {
    adapter: memoryAdapter(),
    // A public client: it has no secret, and PKCE takes the place of one. RFC 8252, section 8.4.
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      // An API has no login of its own: it only asks what an access token is worth.
      {
        client_id: API_CLIENT_ID,
        client_secret: apiSecret,
        redirect_uris: [],
        grant_types: [],
        response_types: [],
      },
    ],
    jwks: { keys: [{ ...signingKey, use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('base64url') }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    // The ID Token itself names the person, so that this works without a call to /userinfo too.
    conformIdTokenClaims: false,
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: LIFETIMES,
    findAccount: (_context: unknown, sub: string) =>
      sub === accountId ? { accountId, claims: () => ({ sub: accountId, ...claims }) } : undefined,
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => interactionPath(uid) },
    clientBasedCORS: () => false,
    renderError: (context: { type: string; body: string }, { error }: { readonly error: string }) => {
      context.type = 'text/plain';
      context.body = `${error}\n`;
    },
    routes: {
      authorization: '/authorize',
      token: '/oauth/token',
      userinfo: '/userinfo',
      revocation: '/oauth/revoke',
      introspection: INTROSPECTION,
      jwks: '/.well-known/jwks.json',
      end_session: '/oidc/logout',
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      introspection: {
        enabled: true,
        allowedPolicy: (_context: unknown, { clientId }: { readonly clientId: string }) => clientId === API_CLIENT_ID,
      },
    },
  };
}
