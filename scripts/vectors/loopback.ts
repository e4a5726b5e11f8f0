/** Rows about the listener on loopback: single requests, and logins that no request reaches. RFC 8252, 7.3 and 8.3. */
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import { PassThrough } from 'node:stream';
import * as core from '@proofkey/core';
import { answerLoopbackRequest, createNodeClient, isProofkeyError, type NodeSettings } from '@proofkey/node';
import { type Outcome, type Row, type Runners, SERVER, SETTINGS, thawed } from './rows.ts';

export const loopbackRunners: Runners = {
  loopback_request({ listener, request }) {
    if (request.none) return login({ timeLimit: 0.05 });
    if (request.listen_error === 'EADDRINUSE') return withTakenPort((redirectUri) => login({ redirectUri }));
    if (request.listen_error) return withoutAddress(listener.host, request.listen_error, () => login({}));
    return answered(listener, request);
  },
};

/** The core says whether a callback is ours: the rows name a state, the listener does not know it. */
function answered({ host, port, path, state }: Row, { method, target, headers }: Row): Outcome {
  const transaction = thawed({ redirect_uri: `http://${host}:${port}${path}`, state });
  const accepts = (url: string): boolean => core.isOurCallback(transaction, url);
  const answer = answerLoopbackRequest({ host, port, path, accepts }, { method, target, headers });
  const kind = answer.callbackUrl === undefined ? 'ignore' : 'accept';
  return { kind, values: { response: { status: answer.status, headers: answer.headers } } };
}

/** A whole login whose person does nothing: accepted is a redirect URI that was bound and sent to the server. */
async function login(settings: Pick<NodeSettings, 'redirectUri' | 'timeLimit'>): Promise<Outcome> {
  const departed = new AbortController();
  let redirectUri: string | undefined;
  const client = createNodeClient({
    ...SETTINGS,
    server: SERVER,
    scope: ['openid'],
    terminal: { output: new PassThrough().resume() },
    ...settings,
    openBrowser(url) {
      redirectUri = new URL(url).searchParams.get('redirect_uri') ?? undefined;
      if (settings.timeLimit === undefined) departed.abort();
    },
  });
  try {
    await client.login({ cancel: departed.signal });
  } catch (error) {
    if (departed.signal.aborted) return { kind: 'accept', values: { redirect_uri: redirectUri } };
    if (isProofkeyError(error)) return { kind: 'reject', values: { error: error.failure.code } };
  }
  return { kind: 'thrown' };
}

async function withTakenPort<T>(use: (redirectUri: string) => Promise<T>): Promise<T> {
  const other: HttpServer = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  try {
    return await use(`http://127.0.0.1:${(other.address() as AddressInfo).port}/callback`);
  } finally {
    await new Promise((closed) => other.close(closed));
  }
}

/** A machine on which one address is not there; every other one is as it is. */
async function withoutAddress<T>(missing: string, code: string, use: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype;
  const failing = function (this: Server, ...args: unknown[]): Server {
    const [options] = args as [{ readonly host?: string }];
    if (options?.host !== missing) return Reflect.apply(listen, this, args);
    process.nextTick(() => this.emit('error', Object.assign(new Error(`listen ${code}`), { code })));
    return this;
  };
  Server.prototype.listen = failing as typeof listen;
  try {
    return await use();
  } finally {
    Server.prototype.listen = listen;
  }
}
