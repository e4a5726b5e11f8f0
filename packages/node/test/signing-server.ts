/** Algorithm -> a real oidc-provider that signs with it, behind a proxy on loopback that can change one answer. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import Provider, { interactionPolicy } from 'oidc-provider';
import { type Account, answerInteraction, interactionPath } from '../../../scripts/demo/interactions.ts';
import { onLoopback } from '../../../scripts/demo/loopback.ts';
import { memoryAdapter } from '../../../scripts/demo/memory-adapter.ts';

declare module 'oidc-provider' {
  /** What the server asks a person, and when. */
  export const interactionPolicy: {
    base(): { get(prompt: string): { readonly checks: { remove(reason: string): void } } };
  };
}

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export const CLIENT_ID = 'real-client';
/** Where the person comes back after a logout. */
export const RETURN_TO = 'http://127.0.0.1/logged-out';
/** Seconds that an access token and an ID Token are good. */
export const LIFETIME = 600;

/** What passes the proxy. Names of headers are in lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};
export type Change = (answer: Answer, asked: URL) => Answer | Promise<Answer>;

export type SigningServer = {
  readonly issuer: string;
  readonly account: Account;
  /** The private key that it signs with now. */
  key(): JWK;
  /** From now on it signs with another key, and its key set holds no other one. */
  rotate(): Promise<void>;
  /** From now on the proxy changes what is answered at this path, or with `*` at every one. Once more: both apply. */
  change(path: string, change: Change): void;
  /** From now on the proxy changes nothing. */
  honest(): void;
  /** How many requests for this path have come. */
  count(path: string): number;
  /** Every code, verifier, state, nonce and token that has passed the proxy, before and after it was changed. */
  secrets(): readonly string[];
  close(): Promise<void>;
};

export const METADATA = '/.well-known/openid-configuration';
export const OAUTH_METADATA = '/.well-known/oauth-authorization-server';
export const KEYS = '/jwks';
export const TOKEN = '/token';
export const USERINFO = '/me';
export const REVOCATION = '/token/revocation';

export async function newKey(alg: Algorithm, kid: string = randomBytes(8).toString('hex')): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid, use: 'sig' };
}

export function publicPart({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest }: JWK): JWK {
  return rest;
}

export type Claims = Readonly<Record<string, unknown>>;

export const partsOf = (jwt: string): { readonly header: Claims; readonly claims: Claims } => {
  const [header = {}, claims = {}] = jwt
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims);
  return { header, claims };
};

/** A JWT with a right signature of this key, whoever owns it. */
export async function signed(claims: Claims, header: Claims & { readonly alg: string }, key: JWK): Promise<string> {
  const { alg: _, use: __, ...material } = key;
  const octets = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(octets).setProtectedHeader(header).sign(await importJWK(material, header.alg));
}

/** @param path of the issuer: empty, such as `/tenant/one`, or with a slash at its end */
export async function startSigningServer(alg: Algorithm, path = ''): Promise<SigningServer> {
  const account: Account = {
    accountId: 'ada',
    password: randomBytes(12).toString('base64url'),
    claims: { name: 'Ada Lovelace', email: 'ada@example.com' },
  };
  const proxy = createServer((asked, answer) => {
    pass(asked, answer).catch((error: Error) => answer.destroy(error));
  });
  const front = await onLoopback(proxy);
  const issuer = front.origin + path;
  const mount = path.replace(/\/$/, '');
  const cookieKey = randomBytes(32).toString('base64url');
  const adapter = memoryAdapter();
  let key = await newKey(alg);
  const provide = (): Provider =>
    new Provider(issuer, {
      ...configuration(account, alg, mount),
      adapter,
      jwks: { keys: [key] },
      cookies: { keys: [cookieKey] },
    });
  let provider = provide();
  let callback = provider.callback();
  const origin = createServer((asked, answer) => {
    // Mounted below a path, in the way of express and connect, which the provider knows.
    const { url = '/' } = asked;
    if (!url.startsWith(`${mount}/`)) return void answer.writeHead(404).end();
    if (mount !== '') Object.assign(asked, { originalUrl: url, url: url.slice(mount.length) });
    answerInteraction({ provider, account, prefilled: false }, asked, answer).then(
      (answered) => answered || callback(asked, answer),
      (error: Error) => answer.destroy(error),
    );
  });
  const back = await onLoopback(origin);

  const changes: { readonly path: string; readonly change: Change }[] = [];
  const requests: string[] = [];
  const secrets = new Set<string>();

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? '/', front.origin);
    requests.push(url.pathname);
    let form = '';
    for await (const part of asked) form += part;
    keepSecrets(secrets, [url.searchParams, new URLSearchParams(form)]);
    let given = await sendOn(back.origin, asked, form);
    keepSecretsIn(secrets, given);
    for (const { change, ...one } of changes)
      if (one.path === url.pathname || one.path === '*') given = await change(given, url);
    keepSecretsIn(secrets, given);
    const { 'transfer-encoding': _, 'content-length': __, ...headers } = given.headers;
    // No `Date` but the one that was given, if any.
    answer.sendDate = false;
    answer.writeHead(given.status, withoutAbsent(headers)).end(given.body);
  }

  return {
    issuer,
    account,
    key: () => key,
    async rotate() {
      key = await newKey(alg);
      provider = provide();
      callback = provider.callback();
    },
    change: (changed, change) => void changes.push({ path: changed, change }),
    honest: () => void changes.splice(0),
    count: (counted) => requests.filter((one) => one === counted).length,
    secrets: () => [...secrets],
    async close() {
      await front.close();
      await back.close();
    },
  };
}

const withoutAbsent = (headers: Answer['headers']): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | string[]] => Boolean(entry[1])),
  );

/** `Host` stays as it was, so that the provider knows itself by the address of the proxy. */
async function sendOn(origin: string, { url = '/', method, headers }: IncomingMessage, body: string): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(origin + url, { method, headers: { ...headers, connection: 'close' } }, resolve)
      .on('error', reject)
      .end(body);
  });
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}

const SECRET = ['code', 'code_verifier', 'state', 'nonce', 'access_token', 'refresh_token', 'id_token', 'token'];

function keepSecrets(secrets: Set<string>, sources: readonly URLSearchParams[]): void {
  for (const values of sources)
    for (const name of SECRET) for (const one of values.getAll(name)) if (one) secrets.add(one);
}

function keepSecretsIn(secrets: Set<string>, { headers, body }: Answer): void {
  const { location } = headers;
  if (typeof location === 'string' && URL.canParse(location)) keepSecrets(secrets, [new URL(location).searchParams]);
  if (!/json/.test(String(headers['content-type']))) return;
  const said = JSON.parse(body || '{}') as Claims;
  for (const name of SECRET) if (typeof said[name] === 'string') secrets.add(said[name]);
}

/** A person who agreed is not asked by the next login of a native client: else `prompt=none` could never succeed. */
function askedOnce(): ReturnType<typeof interactionPolicy.base> {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

function configuration(
  { accountId, claims }: Account,
  alg: Algorithm,
  mount: string,
): Readonly<Record<string, unknown>> {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        post_logout_redirect_uris: [RETURN_TO],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: alg,
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: LIFETIME,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: LIFETIME,
      Interaction: 600,
      RefreshToken: 3600,
      Session: 3600,
    },
    findAccount: (_context: unknown, sub: string) =>
      sub === accountId ? { accountId, claims: () => ({ sub: accountId, ...claims }) } : undefined,
    interactions: {
      policy: askedOnce(),
      url: (_context: unknown, { uid }: { readonly uid: string }) => mount + interactionPath(uid),
    },
    clientBasedCORS: () => false,
    renderError: (context: { type: string; body: string }, { error }: { readonly error: string }) => {
      context.type = 'text/plain';
      context.body = `${error}\n`;
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context: { body: string }, form: string) => {
          context.body = `<!doctype html><title>Log out?</title>${form}`;
        },
        postLogoutSuccessSource: (context: { body: string }) => {
          context.body = '<!doctype html><title>Logged out</title>';
        },
      },
    },
  };
}
