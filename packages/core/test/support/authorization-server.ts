/** An authorization server in memory, and the loop that takes a client through a login at it. RFC 6749; RFC 7636. */
import { createHash } from 'node:crypto';
import {
  type Answer,
  type Effect,
  freezeTransaction,
  type HttpRequest,
  type HttpResponse,
  type JsonWebKey,
  type LoginOptions,
  type LoginSettings,
  type LoginState,
  receiptOf,
  type Session,
  startLogin,
  stepLogin,
  thawTransaction,
} from '../../src/index.ts';
import { CODE, entropyOf, jsonResponse, NOW, optionsOf, settingsOf } from './login.ts';
import { base64url, type Claims, claimsOf, jwtOf, type SigningKey, signingKey, verifySignature } from './signing.ts';

/** What one module changes of a server that otherwise behaves. */
export type Twist = {
  readonly settings?: LoginSettings;
  readonly options?: Partial<LoginOptions>;
  /** Signs the ID Token. */
  readonly key?: SigningKey;
  /** What the server publishes; the signing key alone when absent. */
  readonly keys?: readonly JsonWebKey[];
  readonly header?: Claims;
  readonly claims?: (claims: Claims, accessToken: string) => Claims;
  /** The last word about the ID Token; undefined leaves it out. */
  readonly idToken?: (token: string) => string | undefined;
  readonly tokenResponse?: (body: Claims) => HttpResponse;
  readonly keySetResponse?: (response: HttpResponse) => HttpResponse;
  readonly callback?: (url: URL) => string;
  readonly seed?: number;
};

export type Run = {
  readonly state: LoginState;
  /** Every request that left, in order. */
  readonly requests: readonly HttpRequest[];
  readonly effects: readonly Effect['type'][];
  readonly session: Session | undefined;
  readonly url: URL;
};

const ACCESS_TOKEN = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';

const DEFAULT_KEY = signingKey('ES256');

/** Starts a login, performs every effect, and gives each answer back until a step asks for nothing. */
export function logIn(twist: Twist = {}): Run {
  const { settings = settingsOf(), key = DEFAULT_KEY } = twist;
  const store = new Map<string, string>();
  const requests: HttpRequest[] = [];
  const effects: Effect['type'][] = [];
  let url = new URL('about:blank');
  let session: Session | undefined;

  function answerTo(request: HttpRequest): HttpResponse {
    requests.push(request);
    if (request.url === settings.server.jwksUri) {
      const response = jsonResponse({ keys: twist.keys ?? [key.jwk] });
      return twist.keySetResponse?.(response) ?? response;
    }
    const form = new URLSearchParams(request.body);
    const asked = url.searchParams;
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '');
    const honest =
      request.url === settings.server.tokenEndpoint &&
      form.get('grant_type') === 'authorization_code' &&
      form.get('code') === CODE &&
      form.get('client_id') === asked.get('client_id') &&
      form.get('redirect_uri') === asked.get('redirect_uri') &&
      base64url(challenge.digest()) === asked.get('code_challenge');
    if (!honest) return jsonResponse({ error: 'invalid_grant' }, 400);
    const nonce = asked.get('nonce');
    const claims = claimsOf({ aud: asked.get('client_id'), ...(nonce !== null && { nonce }) });
    const token = jwtOf(twist.claims?.(claims, ACCESS_TOKEN) ?? claims, key, twist.header);
    const id_token = nonce === null ? undefined : twist.idToken ? twist.idToken(token) : token;
    const body = { access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 3600, id_token };
    return twist.tokenResponse?.(body) ?? jsonResponse(body);
  }

  function authorize(): string {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', CODE);
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    return twist.callback?.(back) ?? back.href;
  }

  function perform(effect: Effect): Answer | undefined {
    effects.push(effect.type);
    switch (effect.type) {
      case 'save_transaction':
        store.set(effect.transaction.state, freezeTransaction(effect.transaction));
        return undefined;
      case 'open_user_agent':
        url = new URL(effect.url);
        return { type: 'returned', url: authorize(), now: NOW };
      case 'spend_transaction': {
        const { clientId, server } = settings;
        const thawed = thawTransaction(store.get(effect.state) ?? null, { clientId, issuer: server.issuer });
        if (thawed.status === 'spent') return { type: 'already_spent', receipt: thawed.receipt };
        if (thawed.status !== 'present') return { type: 'unknown' };
        store.set(effect.state, freezeTransaction(receiptOf(thawed.transaction)));
        return { type: 'spent', transaction: thawed.transaction };
      }
      case 'send_request':
        return { type: 'response_received', response: answerTo(effect.request), now: NOW };
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
  return { state, requests, effects, session, url };
}

/** `logged_in`, the code of the failure, or where the login still waits and why. */
export function endOf({ state }: Run): string {
  if (state.status === 'failed') return state.failure.code;
  if (state.status === 'awaiting_callback') return `awaiting_callback: ${state.refused?.code}`;
  return state.status;
}
