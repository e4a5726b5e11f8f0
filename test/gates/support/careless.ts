/** A server and clients that check less than they must: negative controls for the attacks of the demo. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeClient, type NodeClient, type NodeSettings } from '@proofkey/node';
import {
  type AuthorizationServer,
  type ServerOptions,
  startAuthorizationServer,
} from '../../../scripts/demo/authorization-server.ts';
import { startWire } from '../../../scripts/demo/wire.ts';

const VERIFIER = 'a-verifier-that-is-the-same-for-everybody-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** Takes any code verifier: the one that it checks is its own. */
export async function serverWithoutPkce(options: ServerOptions = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  const front = await startWire((request) => ({
    ...request,
    target: request.target.replace(/code_challenge=[\w-]+/, `code_challenge=${CHALLENGE}`),
    body: request.body.replace(/code_verifier=[\w-]+/, `code_verifier=${VERIFIER}`),
  }));
  front.forwardTo(server.origin);
  return {
    ...server,
    origin: front.origin,
    close: async () => void (await Promise.all([front.close(), server.close()])),
  };
}

type Revocable = { revokeByGrantId(id: string): Promise<void> };
type Models = {
  readonly AuthorizationCode: Revocable & { readonly prototype: { consume(): Promise<void> } };
  readonly AccessToken: Revocable;
  readonly RefreshToken: Revocable;
  readonly Grant: { readonly adapter: { destroy(id: string): Promise<void> } };
};

const modelsOf = ({ provider }: AuthorizationServer): Models => provider as unknown as Models;

/** Forgets that a code was used. */
export async function serverThatTakesCodesTwice(options: ServerOptions = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  modelsOf(server).AuthorizationCode.prototype.consume = async () => {};
  return server;
}

/** Refuses a code that comes again, and leaves to whoever has it what it gave. */
export async function serverThatRevokesNothing(options: ServerOptions = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  const { AccessToken, RefreshToken, AuthorizationCode, Grant } = modelsOf(server);
  for (const model of [AccessToken, RefreshToken, AuthorizationCode]) model.revokeByGrantId = async () => {};
  Grant.adapter.destroy = async () => {};
  return server;
}

type Leg = { readonly code: string; readonly redirectUri: string };

/** Takes the first callback that comes, looks at its code only, and believes what the token endpoint says. */
export function clientThatChecksNothing({ issuer, clientId, scope, openBrowser }: NodeSettings): NodeClient {
  let snapshot: object = { status: 'logged_out' };
  const login = async (): Promise<{ status: 'logged_in' }> => {
    const { code, redirectUri } = await firstCallback(async (address) => {
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: address,
        scope: scope.join(' '),
        prompt: 'consent',
        state: 'a-state-that-nobody-looks-at',
        code_challenge: CHALLENGE,
        code_challenge_method: 'S256',
      };
      if (typeof openBrowser === 'function')
        await openBrowser(`${issuer}/authorize?${new URLSearchParams(parameters)}`);
    });
    const body = {
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: VERIFIER,
    };
    const response = await fetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(body) });
    if (response.status !== 200) throw new Error(`the token endpoint answered ${response.status}`);
    snapshot = { status: 'logged_in', user: { sub: 'ada' } };
    return { status: 'logged_in' };
  };
  return { login, getSnapshot: () => snapshot } as unknown as NodeClient;
}

async function firstCallback(go: (redirectUri: string) => Promise<void>): Promise<Leg> {
  let redirectUri = '';
  let came: (code: string) => void = () => {};
  const first = new Promise<string>((resolve) => {
    came = resolve;
  });
  const listener = createServer(({ url }, response) => {
    came(new URL(url ?? '', redirectUri).searchParams.get('code') ?? '');
    response.end('Welcome');
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  redirectUri = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`;
  try {
    await go(redirectUri);
    return { code: await first, redirectUri };
  } finally {
    listener.close();
    listener.closeAllConnections();
  }
}

/** Sends the code once more for each delivery of the same callback. */
export function clientThatExchangesAgain(settings: NodeSettings): NodeClient {
  const client = createNodeClient(settings);
  return {
    ...client,
    async handleCallback(callbackUrl) {
      const { origin, pathname, searchParams } = new URL(callbackUrl);
      const body = {
        grant_type: 'authorization_code',
        client_id: settings.clientId,
        code: searchParams.get('code') ?? '',
        redirect_uri: `${origin}${pathname}`,
        code_verifier: VERIFIER,
      };
      await fetch(`${settings.issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(body) });
      return client.handleCallback(callbackUrl);
    },
  };
}

/** Leaves somebody who answers where the callback of a finished login came, until `close`. */
export function clientThatListensOn(settings: NodeSettings): { client: NodeClient; close(): void } {
  const listener = createServer((_request, response) => response.end('Welcome again'));
  let redirectUri = '';
  const client = createNodeClient({
    ...settings,
    async openBrowser(url) {
      redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
      if (typeof settings.openBrowser === 'function') await settings.openBrowser(url);
    },
  });
  const login: NodeClient['login'] = async (request) => {
    const outcome = await client.login(request);
    listener.listen(Number(new URL(redirectUri).port), '127.0.0.1');
    await once(listener, 'listening');
    return outcome;
  };
  return {
    client: { ...client, login },
    close() {
      listener.close();
      listener.closeAllConnections();
    },
  };
}
