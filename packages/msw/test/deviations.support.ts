/** A server with deviations: a round of requests at it, our own core at it, and a client that believes everything. */
import { createHash, webcrypto } from 'node:crypto';
import { operations } from '@proofkey/api';
import {
  type Answer,
  acceptIdToken,
  ENTROPY_LENGTH as CORE_ENTROPY,
  type Effect,
  type HttpResponse,
  keySetRequest,
  type LoginOptions,
  type LoginState,
  type NumericDate,
  type Result,
  readKeySet,
  readRefreshResponse,
  readServerMetadata,
  readUserinfoResponse,
  receiptOf,
  refreshRequest,
  type ServerMetadata,
  type Session,
  selectKeys,
  startLogin,
  stepLogin,
  type Transaction,
  userinfoRequest,
  type VerifySignature,
  wellKnownUrls,
} from '@proofkey/core';
import {
  answer,
  createState,
  DEVIATIONS,
  type DeviationName,
  ENTROPY_LENGTH,
  type ServerKey,
  type ServerRequest,
  type ServerResponse,
  type ServerSettings,
  type ServerState,
} from '../src/authorization-server.ts';
import type { Subtle } from '../src/platform.ts';
import { createSigner, type Signer } from '../src/signer.ts';

export const NOW = 1767225600 as NumericDate;
export const ISSUER = 'https://login.test';
export const CLIENT_ID = 's6BhdRkqt3';
export const REDIRECT_URI = 'https://client.example.org/cb';
const SUB = '248289761001';
const STATE = 'af0ifjsldkj_Z1cyV3hQbU9hT0tRc1J2dDlqYg';
const NONCE = 'n-0S6_WzA2Mj';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const SCOPE = 'openid profile offline_access';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const challengeOf = (verifier: string): string => sha256(verifier).toString('base64url');

export const NAMES: readonly DeviationName[] = Object.keys(DEVIATIONS) as DeviationName[];

const SETTINGS: ServerSettings = {
  issuer: ISSUER,
  endpoints: operations,
  users: [{ sub: SUB, claims: { name: 'Jane Doe', email: 'janedoe@example.com' } }],
  clients: [{ clientId: CLIENT_ID, redirectUris: [REDIRECT_URI, 'http://127.0.0.1:8000/cb', 'com.example.app:/cb'] }],
  person: 'automatic',
  lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 2_592_000, session: 36_000 },
  rotation: true,
  grace: 0,
  scopes: 'any',
  audiences: 'any',
};

export const signer: Signer = createSigner({ algorithm: 'ES256' }, webcrypto.subtle as unknown as Subtle);
const KEYS: readonly ServerKey[] = (await signer.publicKeys()).map(({ kid, alg, jwk }) => ({ kid, alg, jwk }));

/** Other octets for every step, and the same for the same one. */
const entropyOf = (step: number): Uint8Array =>
  Uint8Array.from({ length: ENTROPY_LENGTH }, (_, at) => [step, at >> 5][at & 31] ?? (at * 37 + 11) % 251);

export interface Server {
  readonly state: ServerState;
  /** From now on. */
  deviate(...deviations: readonly DeviationName[]): void;
  send(request: Partial<ServerRequest> & { readonly url: string }): ServerResponse;
  get(url: string, headers?: Readonly<Record<string, string>>): ServerResponse;
  post(url: string, form: Form, headers?: Readonly<Record<string, string>>): ServerResponse;
}

type Form = Readonly<Record<string, string>>;

export function serverWith(...deviations: readonly DeviationName[]): Server {
  let state: ServerState = { ...createState(SETTINGS, KEYS), deviations };
  const send: Server['send'] = (request) => {
    const whole = { method: 'GET', headers: {}, body: '', ...request };
    const answered = answer(state, whole, NOW, entropyOf(state.steps));
    ({ state } = answered);
    return answered.response;
  };
  return {
    get state() {
      return state;
    },
    deviate(...names) {
      state = { ...state, deviations: names };
    },
    send,
    get: (url, headers = {}) => send({ url, headers }),
    post: (url, form, headers = {}) =>
      send({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(form).toString(),
      }),
  };
}

const at = (id: keyof typeof operations): string => ISSUER + operations[id].path;

export const METADATA_URL: string = at('getOpenIdConfiguration');

const authorizationUrl = (more: Readonly<Record<string, string | undefined>> = {}): string => {
  const parameters = {
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: STATE,
    nonce: NONCE,
    max_age: '3600',
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${at('authorize')}?${new URLSearchParams(given)}`;
};

export interface Told {
  readonly label: string;
  readonly response: ServerResponse;
}

/** Everything that a client may ask, well and badly. What it sends is taken from the state, never from an answer. */
export function roundAt(server: Server): readonly Told[] {
  const told: Told[] = [];
  const tell = (label: string, response: ServerResponse): void => {
    told.push({ label, response });
  };
  const last = () => server.state.authorizations.at(-1);
  const origin = { origin: 'https://client.example.org' };
  const authorize = (label: string, more?: Parameters<typeof authorizationUrl>[0], headers = {}): void =>
    tell(label, server.get(authorizationUrl(more), headers));
  const exchange = (label: string, verifier = VERIFIER): void =>
    tell(
      label,
      server.post(
        at('requestTokens'),
        {
          grant_type: 'authorization_code',
          client_id: CLIENT_ID,
          code: last()?.code.value ?? '',
          redirect_uri: last()?.request.redirectUri ?? '',
          code_verifier: verifier,
        },
        origin,
      ),
    );
  const newest = (): string => last()?.refreshTokens.at(-1)?.value ?? '';
  const refresh = (label: string, token: string, more: Form = {}): void => {
    const form = { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: token, ...more };
    tell(label, server.post(at('requestTokens'), form, origin));
  };
  const bearer = (token = last()?.accessTokens.at(-1)?.id ?? '') => ({ authorization: `Bearer ${token}`, ...origin });

  tell('metadata', server.get(METADATA_URL, origin));
  tell('metadata of RFC 8414', server.get(at('getAuthorizationServerMetadata'), origin));
  tell('metadata with slash', server.get(`${METADATA_URL}/`));
  tell('keys', server.get(at('getKeySet'), origin));
  tell('unknown path', server.get(`${ISSUER}/.well-known/nothing`));
  for (const id of ['requestTokens', 'getUserInfo'] as const)
    tell(`preflight ${id}`, server.send({ method: 'OPTIONS', url: at(id), headers: origin }));

  authorize('login');
  exchange('code');
  tell('userinfo', server.get(at('getUserInfo'), bearer()));
  tell('userinfo by POST', server.post(at('getUserInfo'), {}, bearer()));
  tell('userinfo without token', server.get(at('getUserInfo')));
  tell('userinfo with wrong token', server.get(at('getUserInfo'), bearer('wrong')));
  refresh('refresh', newest());
  const before = newest();
  refresh('refresh for an API', before, { audience: 'https://api.example' });
  const replaced = newest();
  refresh('refresh with old token', before);
  refresh('refresh with newest token', replaced);
  refresh('refresh with unknown token', 'unknown');

  authorize('second login');
  exchange('wrong verifier', `${VERIFIER}x`);
  exchange('right verifier');
  authorize('third login');
  exchange('third code');
  exchange('code again');
  tell('userinfo after replay', server.get(at('getUserInfo'), bearer()));
  authorize('without PKCE', { code_challenge: undefined, code_challenge_method: undefined });
  authorize('short verifier', { code_challenge: challengeOf('short') });
  exchange('code with short verifier', 'short');
  authorize('plain', { code_challenge: VERIFIER, code_challenge_method: 'plain' });
  authorize('login for JSON');
  const { code, request } = last() ?? {};
  const json = { grant_type: 'authorization_code', client_id: CLIENT_ID, code: code?.value, code_verifier: VERIFIER };
  tell(
    'code by JSON',
    server.send({
      method: 'POST',
      url: at('requestTokens'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...json, redirect_uri: request?.redirectUri }),
    }),
  );

  authorize('refused login', { prompt: 'none' });
  authorize('login without state', { state: undefined });
  authorize('login without nonce', { nonce: undefined });
  authorize('login with odd state', { state: 'é€' });
  for (const mode of ['fragment', 'form_post']) authorize(`login by ${mode}`, { response_mode: mode });
  authorize('login by script', {}, { 'sec-fetch-mode': 'cors' });
  authorize('login at loopback', { redirect_uri: 'http://127.0.0.1:51004/cb' });
  authorize('login at private-use scheme', { redirect_uri: 'com.example.app:/cb' });

  const revoke = (token: string) => ({ client_id: CLIENT_ID, token });
  tell('revocation of unknown token', server.post(at('revoke'), revoke('unknown'), origin));
  tell('revocation at token endpoint', server.post(at('requestTokens'), revoke('unknown')));
  tell('revocation', server.post(at('revoke'), revoke(newest()), origin));
  tell('logout', server.get(`${at('logout')}?client_id=${CLIENT_ID}`));
  return told;
}

/** Status, headers, body and JWTs, as one text; without the padding. */
export const textOf = ({ status, headers, body, jwts }: ServerResponse): string =>
  [status, JSON.stringify(headers), body.replace(/\n/g, ' '), JSON.stringify(jwts)]
    .join(' ')
    .replace(/a{999,}/g, (all) => `<${all.length}>`);

const responseOf = async (response: ServerResponse): Promise<HttpResponse> => {
  const { status, headers, body } = await signer.sign(response);
  return { status, headers, body };
};

async function isVerified({ alg, key, input, signature }: VerifySignature): Promise<boolean> {
  const parameters = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  if (alg !== 'ES256') return false;
  const { kty, crv, x, y } = key as JsonWebKey;
  const { subtle } = globalThis.crypto;
  const verifying = await subtle.importKey('jwk', { kty, crv, x, y } as JsonWebKey, parameters, false, ['verify']);
  return subtle.verify(parameters, verifying, new Uint8Array(signature), new TextEncoder().encode(input));
}

const SERVER: ServerMetadata = {
  issuer: ISSUER,
  authorizationEndpoint: at('authorize'),
  tokenEndpoint: at('requestTokens'),
  userinfoEndpoint: at('getUserInfo'),
  jwksUri: at('getKeySet'),
};

const codeOf = (result: Result<unknown>): string =>
  result.ok ? 'accepted' : `${result.failure.code}${result.failure.sessionSurvives ? '' : ', session over'}`;

async function logIn(
  server: Server,
  metadata: ServerMetadata,
  options: Partial<LoginOptions> = {},
  seed = 0,
): Promise<{ readonly end: string; readonly session?: Session }> {
  const settings = { clientId: CLIENT_ID, server: metadata };
  let saved: Transaction | undefined;
  let session: Session | undefined;

  async function perform(effect: Effect): Promise<Answer | undefined> {
    switch (effect.type) {
      case 'save_transaction':
        saved = effect.transaction;
        return undefined;
      case 'open_user_agent': {
        const { headers } = server.get(effect.url);
        const to = headers['location'];
        // To a page of the server, where nobody answers.
        return to === undefined || to.startsWith('/') ? { type: 'dismissed' } : { type: 'returned', url: to, now: NOW };
      }
      case 'spend_transaction': {
        const transaction = saved;
        saved = undefined;
        return transaction ? { type: 'spent', transaction } : { type: 'already_spent', receipt: receiptOf(kept()) };
      }
      case 'digest':
        return { type: 'digested', octets: sha256(effect.ascii) };
      case 'get_keys': {
        const read = readKeySet(await responseOf(server.send({ body: '', ...keySetRequest(effect.jwksUri) })));
        return { type: 'keys_received', keys: read.ok ? selectKeys(read.value, effect) : read };
      }
      case 'send_request': {
        const response = await responseOf(server.send({ body: '', ...effect.request } as ServerRequest));
        return { type: 'response_received', response, now: NOW };
      }
      case 'verify_signature':
        return { type: 'signature_checked', valid: await isVerified(effect) };
      case 'save_session':
        ({ session } = effect);
        return undefined;
      case 'forget_transaction':
        return undefined;
    }
  }
  const kept = (): Transaction => {
    throw new Error('nothing was saved');
  };

  const asked: LoginOptions = { redirectUri: REDIRECT_URI, scope: SCOPE.split(' '), maxAge: 3600, ...options };
  const entropy = Uint8Array.from({ length: CORE_ENTROPY }, (_, index) => (index * 41 + 7 + seed * (index + 1)) % 251);
  let { state, effects }: { state: LoginState; effects: readonly Effect[] } = startLogin(settings, asked, entropy, NOW);
  while (effects.length > 0) {
    let given: Answer | undefined;
    for (const effect of effects) given = await perform(effect);
    if (given === undefined || state.status === 'failed') break;
    ({ state, effects } = stepLogin(settings, state, given));
  }
  if (state.status === 'failed') return { end: state.failure.code };
  if (state.status === 'awaiting_callback') return { end: `waiting: ${state.refused?.code ?? 'nothing came'}` };
  return { end: state.status, ...(session && { session }) };
}

/** What our core makes of each answer of an honest server. */
export const HONEST_OUTCOME: Readonly<Record<string, string>> = {
  discovery: 'accepted',
  login: 'logged_in',
  userinfo: 'accepted',
  refresh: 'accepted',
  'wrong refresh': 'token_request_refused, session over',
  'wrong userinfo': 'invalid_token',
  'refused login': 'authorization_refused',
};

/** What it makes of a server with deviations; what it never came to is left out. */
export async function outcomeAt(server: Server, issuer: string = ISSUER): Promise<Readonly<Record<string, string>>> {
  const urls = wellKnownUrls(issuer);
  if (!urls.ok) throw new Error('no issuer');
  const read = readServerMetadata(await responseOf(server.get(urls.value.openidConfiguration)), issuer);
  const isHostile = server.state.deviations.some((name) => DEVIATIONS[name].duty !== undefined);
  const outcome: Record<string, string> = { discovery: codeOf(read) };
  // What an honest server can not say about itself, settings do.
  if (!read.ok && isHostile) return outcome;
  const metadata = read.ok ? read.value : { ...SERVER, issuer };

  const { deviations } = server.state;
  let { end, session } = await logIn(server, metadata);
  outcome['login'] = end;
  if (session === undefined) {
    server.deviate();
    ({ end, session } = await logIn(server, { ...metadata, issuer: ISSUER }, {}, 1));
    server.deviate(...deviations);
  }
  if (session !== undefined) {
    const about = session;
    const [tokenSet] = Object.values(session.tokenSets);
    const sub = session.idToken?.claims.sub ?? null;
    const userinfo = async (accessToken: string): Promise<string> => {
      const asked = userinfoRequest(metadata, sub, accessToken as never);
      if (!asked.ok) return codeOf(asked);
      return codeOf(readUserinfoResponse(await responseOf(server.send({ body: '', ...asked.value })), sub));
    };
    const refresh = async (refreshToken: string): Promise<string> => {
      const asked = refreshRequest({ clientId: CLIENT_ID }, metadata.tokenEndpoint, refreshToken as never);
      const response = await responseOf(server.send({ body: '', ...asked } as ServerRequest));
      const read = readRefreshResponse({ clientId: CLIENT_ID }, about, response, NOW);
      if (!read.ok || read.value.idToken === null) return codeOf(read);
      const { idToken } = read.value;
      const { jwt, hashed } = idToken;
      server.deviate(...deviations.filter((name) => DEVIATIONS[name].steps.includes('refresh')));
      const keys = readKeySet(await responseOf(server.get(at('getKeySet'))));
      server.deviate(...deviations);
      const selected = keys.ok ? selectKeys(keys.value, jwt) : keys;
      if (!selected.ok) return codeOf(selected);
      for (const key of selected.value)
        if (await isVerified({ type: 'verify_signature', ...jwt, key }))
          return codeOf(acceptIdToken(idToken, 'verified', hashed && sha256(hashed.ascii)));
      return 'id_token_signature_invalid';
    };
    outcome['userinfo'] = await userinfo(tokenSet?.accessToken ?? '');
    outcome['refresh'] = await refresh(session.grant.refreshToken ?? '');
    outcome['wrong refresh'] = await refresh('unknown');
    outcome['wrong userinfo'] = await userinfo('unknown');
  }
  outcome['refused login'] = (await logIn(server, metadata, { prompt: ['none'] }, 2)).end;
  return outcome;
}

/** `login: issuer_mismatch`: what is different from the honest server, in order. */
export const differencesIn = (outcome: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(outcome)
    .filter(([stage, end]) => HONEST_OUTCOME[stage] !== end)
    .map(([stage, end]) => `${stage}: ${end}`);

/** A client that looks for what it wants wherever it may stand, and checks nothing. */
export async function believeEverything(server: Server): Promise<void> {
  server.get(METADATA_URL);
  const { headers } = server.get(authorizationUrl());
  const code = [...(headers['location'] ?? '').matchAll(/[?&#]code=([^&#]*)/g)].map(([, one = '']) => one);
  const member = (name: string, text: string): string =>
    new RegExp(`"${name}":"((?:[^"\\\\]|\\\\.)*)"`).exec(text)?.[1] ?? '';
  const form = { client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
  for (const one of code) {
    const exchange = {
      ...form,
      grant_type: 'authorization_code',
      code: new URLSearchParams(`code=${one}`).get('code') ?? '',
    };
    const { body } = await signer.sign(server.post(at('requestTokens'), exchange));
    server.get(at('getUserInfo'), { authorization: `Bearer ${member('access_token', body)}` });
    const refresh = { client_id: CLIENT_ID, grant_type: 'refresh_token', refresh_token: member('refresh_token', body) };
    const refreshed = await signer.sign(server.post(at('requestTokens'), refresh));
    server.get(at('getUserInfo'), { authorization: `Bearer ${member('access_token', refreshed.body)}` });
  }
}
