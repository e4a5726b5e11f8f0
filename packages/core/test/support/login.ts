/** One login in plain values: the settings, the request and the callback that most tests start from. */
import {
  type AuthorizationCode,
  type ClientSettings,
  createTransaction,
  ENTROPY_LENGTH,
  type HttpRequest,
  type HttpResponse,
  type LoginOptions,
  type LoginSettings,
  type LoginState,
  type NumericDate,
  type ServerMetadata,
  type Step,
  startLogin,
  startServer,
  stepLogin,
  type Transaction,
} from '../../src/index.ts';
import { digestOf } from './digest.ts';
import { valueIn } from './result.ts';

export const NOW = 1767225600 as NumericDate;
export const ISSUER = 'https://as.example.com/';
export const OTHER_ISSUER = 'https://attacker.example/';
export const CLIENT_ID = 's6BhdRkqt3';
export const REDIRECT_URI = 'https://client.example.org/cb';
export const CODE = 'SplxlOBeZQQYbYS6WxSbIA' as AuthorizationCode;

export const SERVER: ServerMetadata = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}authorize`,
  tokenEndpoint: `${ISSUER}oauth/token`,
  jwksUri: `${ISSUER}jwks.json`,
};

export const settingsOf = (
  more: Partial<ClientSettings> = {},
  server: Partial<ServerMetadata> = {},
): LoginSettings => ({
  clientId: CLIENT_ID,
  ...more,
  server: { ...SERVER, ...server },
});

export const optionsOf = (more: Partial<LoginOptions> = {}): LoginOptions => ({
  redirectUri: REDIRECT_URI,
  scope: ['openid'],
  ...more,
});

/** What a JavaScript caller may write although the types forbid it. */
// biome-ignore lint/suspicious/noExplicitAny: that is the point
export const untyped = (value: unknown): any => value;

/** Octets as a sound source gives them: different for every seed, the same for the same one. */
export const entropyOf = (seed = 0): Uint8Array =>
  Uint8Array.from({ length: ENTROPY_LENGTH }, (_, index) => (index * 37 + 11 + seed * (index + 1)) % 251);

export const later = (seconds: number): NumericDate => (NOW + seconds) as NumericDate;

export const transactionOf = (
  options: Partial<LoginOptions> = {},
  server: Partial<ServerMetadata> = {},
  seed = 0,
): Transaction => valueIn(createTransaction(settingsOf({}, server), optionsOf(options), entropyOf(seed), NOW));

/** A login as it is when the platform has made its code challenge. */
export function started(
  settings: LoginSettings,
  options: LoginOptions,
  entropy: Uint8Array = entropyOf(),
  now: NumericDate = NOW,
): Step<LoginState> {
  const first = startLogin(settings, options, entropy, now);
  const [effect] = first.effects;
  if (effect?.type !== 'digest') return first;
  return stepLogin(settings, first.state, { type: 'digested', octets: digestOf(effect.algorithm, effect.ascii) });
}

/** What discovery asks first. */
export function metadataRequest(issuer: string): HttpRequest {
  const { state, effects } = startServer(issuer);
  const [effect] = effects;
  if (effect?.type === 'send_request') return effect.request;
  throw new Error(`nothing is asked, discovery is ${JSON.stringify(state)}`);
}

/** The URL that a login opens, or the code of what it refuses. */
export function opened(options: Partial<LoginOptions> = {}, settings: LoginSettings = settingsOf()): string {
  const { state, effects } = started(settings, optionsOf(options));
  const open = effects.find((effect) => effect.type === 'open_user_agent');
  if (open) return open.url;
  return state.status === 'failed' ? state.failure.code : `nothing was opened, but the login is ${state.status}`;
}

/** The parameters of the URL that a login opens. */
export const sent = (options: Partial<LoginOptions> = {}, settings?: LoginSettings): URLSearchParams =>
  new URL(opened(options, settings)).searchParams;

export const jsonResponse = (
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): HttpResponse => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
