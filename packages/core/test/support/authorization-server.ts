/** The loop that takes the core through a login at the pure server. RFC 6749; RFC 7636. */
import { operations } from '@proofkey/api';
import type { DeviationName, Failing, JwtToSign, ServerSettings, Step } from '@proofkey/msw/authorization-server';
import {
  type Answer,
  beginFetch,
  type Effect,
  findKeys,
  freezeTransaction,
  type HttpRequest,
  type HttpResponse,
  type JsonWebKey,
  type KnownKeys,
  keySetRequest,
  type LoginOptions,
  type LoginSettings,
  type LoginState,
  receiptOf,
  receiveKeys,
  type Session,
  selectKeys,
  startLogin,
  stepLogin,
  thawTransaction,
} from '../../src/index.ts';
import { digestOf } from './digest.ts';
import { entropyOf, ISSUER, jsonResponse, NOW, optionsOf, settingsOf } from './login.ts';
import { AuthorizationServer } from './server.ts';
import { type Claims, type SigningKey, verifySignature } from './signing.ts';

export const SUB = '248289761001';

/** What one module changes of a server that otherwise behaves. */
export type Twist = {
  readonly settings?: LoginSettings;
  readonly options?: Partial<LoginOptions>;
  readonly server?: Partial<ServerSettings>;
  readonly deviation?: DeviationName;
  readonly failing?: readonly [step: Step, failing: Failing];
  /** Signs. */
  readonly key?: SigningKey;
  /** Signed before, and are still published. */
  readonly olderKeys?: readonly SigningKey[];
  /** What the server publishes, if that is not what it has. */
  readonly keys?: readonly JsonWebKey[];
  /** The claims of the ID Token before they are signed, and its header. */
  readonly claims?: (claims: Claims) => Claims;
  readonly header?: Claims;
  /** The last word about the ID Token, and about any other member of the token response. */
  readonly idToken?: (token: string) => string;
  readonly tokenResponse?: (body: Claims) => HttpResponse;
  readonly keySetResponse?: (response: HttpResponse) => HttpResponse;
  /** What other logins have learned of the keys, and what this one adds. */
  readonly keyCache?: { known?: KnownKeys };
  readonly callback?: (url: URL) => string;
  readonly seed?: number;
};

export type Run = {
  readonly state: LoginState;
  /** Every request that left, in order, and what came back. */
  readonly requests: readonly HttpRequest[];
  readonly responses: readonly HttpResponse[];
  readonly effects: readonly Effect['type'][];
  readonly session: Session | undefined;
  readonly url: URL;
};

/** The server of `SERVER`, which has its keys at a place of its own. */
export function createServer({ server, key, olderKeys = [], deviation, failing }: Twist = {}): AuthorizationServer {
  const created = new AuthorizationServer(
    {
      issuer: ISSUER,
      endpoints: { ...operations, getKeySet: { method: 'GET', path: '/jwks.json' } },
      users: [{ sub: SUB, claims: {} }],
      ...server,
    },
    NOW,
    key && [...olderKeys, key],
  );
  if (deviation) created.deviate(deviation);
  if (failing) created.failNext(...failing);
  return created;
}

function twisted(twist: Twist): AuthorizationServer {
  const server = createServer(twist);
  const { claims = (same) => same, header, idToken = (same) => same, tokenResponse = jsonResponse } = twist;
  server.jwt = (jwt: JwtToSign): JwtToSign => ({
    ...jwt,
    claims: claims(jwt.claims),
    header: { ...jwt.header, ...header },
  });
  server.rewrite = (response, _request, step) => {
    if (step === 'keys') {
      const keySet = twist.keys ? jsonResponse({ keys: twist.keys }) : response;
      return twist.keySetResponse?.(keySet) ?? keySet;
    }
    if (step !== 'token' || !(twist.idToken || twist.tokenResponse) || response.status !== 200) return response;
    const { id_token, ...others } = JSON.parse(response.body);
    return tokenResponse({ ...others, ...(id_token && { id_token: idToken(id_token) }) });
  };
  return server;
}

/** Starts a login, performs every effect, and gives each answer back until a step asks for nothing. */
export function logIn(twist: Twist = {}): Run {
  const { settings = settingsOf(), keyCache = {} } = twist;
  const server = twisted(twist);
  const store = new Map<string, string>();
  const requests: HttpRequest[] = [];
  const responses: HttpResponse[] = [];
  const effects: Effect['type'][] = [];
  let url = new URL('about:blank');
  let session: Session | undefined;

  function answerTo(request: HttpRequest): HttpResponse {
    requests.push(request);
    const response = server.send(request);
    responses.push(response);
    return response;
  }

  function perform(effect: Effect): Answer | undefined {
    effects.push(effect.type);
    switch (effect.type) {
      case 'save_transaction':
        store.set(effect.transaction.state, freezeTransaction(effect.transaction));
        return undefined;
      case 'open_user_agent': {
        url = new URL(effect.url);
        const back = server.authorize(effect.url);
        return { type: 'returned', url: twist.callback?.(new URL(back)) ?? back, now: NOW };
      }
      case 'spend_transaction': {
        const { clientId, server: expected } = settings;
        const thawed = thawTransaction(store.get(effect.state) ?? null, { clientId, issuer: expected.issuer });
        if (thawed.status === 'spent') return { type: 'already_spent', receipt: thawed.receipt };
        if (thawed.status !== 'present') return { type: 'unknown' };
        store.set(effect.state, freezeTransaction(receiptOf(thawed.transaction)));
        return { type: 'spent', transaction: thawed.transaction };
      }
      case 'send_request':
        return { type: 'response_received', response: answerTo(effect.request), now: NOW };
      case 'digest':
        return { type: 'digested', octets: digestOf(effect.algorithm, effect.ascii) };
      case 'get_keys': {
        const held = findKeys(keyCache.known, effect, NOW);
        if (held) return { type: 'keys_received', keys: held };
        const before = beginFetch(keyCache.known, NOW);
        const received = receiveKeys(before, answerTo(keySetRequest(effect.jwksUri)), NOW);
        if (!received.ok) return { type: 'keys_received', keys: received };
        keyCache.known = received.value;
        return { type: 'keys_received', keys: selectKeys(received.value.keys, effect) };
      }
      case 'verify_signature':
        return { type: 'signature_checked', valid: verifySignature(effect) };
      case 'save_session':
        session = effect.session;
        return undefined;
      case 'forget_transaction':
        store.delete(effect.state);
        return undefined;
    }
  }

  let { state, effects: asked } = startLogin(settings, optionsOf(twist.options), entropyOf(twist.seed), NOW);
  while (asked.length > 0) {
    const answers = asked.map(perform);
    const answer = answers.at(-1);
    if (!answer) break;
    // The last answer of a finished login is that its transaction is spent: nobody waits for it.
    if (state.status === 'failed') break;
    ({ state, effects: asked } = stepLogin(settings, state, answer));
  }
  const misuses = server.takeMisuses();
  if (misuses.length > 0) throw new Error(`the server tells the core off: ${misuses}`);
  return { state, requests, responses, effects, session, url };
}

/** `logged_in`, the code of the failure, or where the login still waits and why. */
export function endOf({ state }: Run): string {
  if (state.status === 'failed') return state.failure.code;
  if (state.status === 'awaiting_callback') return `awaiting_callback: ${state.refused?.code}`;
  return state.status;
}
