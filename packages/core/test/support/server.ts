/** The pure server of `@proofkey/msw` as something to talk to: it keeps its state, and what it says is signed at once. */
import { randomBytes } from 'node:crypto';
import { operations } from '@proofkey/api';
import {
  answer,
  createState,
  type DeviationName,
  ENTROPY_LENGTH,
  type Failing,
  type JwtToSign,
  type LogEntry,
  type MisuseCode,
  type ServerKey,
  type ServerSettings,
  type ServerState,
  type Step,
} from '@proofkey/msw/authorization-server';
import type { HttpRequest, HttpResponse } from '../../src/index.ts';
import { signed } from './sign.ts';
import { type SigningKey, signingKey } from './signing.ts';

/** Public clients, no page, and tokens that are good for ten minutes. */
export const SERVER_SETTINGS: Omit<ServerSettings, 'issuer' | 'users'> = {
  endpoints: operations,
  clients: 'any',
  person: 'automatic',
  lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 3600, session: 3600 },
  rotation: true,
  grace: 0,
  scopes: 'any',
  audiences: 'any',
};

const DEFAULT_KEY = signingKey('ES256');

const publicHalf = ({ kid = '', alg, jwk }: SigningKey): ServerKey => ({ kid, alg, jwk });

export class AuthorizationServer {
  state: ServerState;
  readonly #keys: readonly SigningKey[];
  readonly #now: number;
  /** The last word about a JWT before it is signed. */
  jwt: ((jwt: JwtToSign) => JwtToSign) | undefined;
  /** The last word about an answer. */
  rewrite: ((response: HttpResponse, request: HttpRequest, step: Step) => HttpResponse) | undefined;

  /** @param keys the last one signs */
  constructor(
    settings: Partial<ServerSettings> & Pick<ServerSettings, 'issuer' | 'users'>,
    now: number,
    keys: readonly SigningKey[] = [DEFAULT_KEY],
  ) {
    this.state = createState({ ...SERVER_SETTINGS, ...settings }, keys.map(publicHalf));
    this.#keys = keys;
    this.#now = now;
  }

  /** What the client sends. */
  send(request: HttpRequest): HttpResponse {
    return this.#answerTo(request);
  }

  #answerTo(request: HttpRequest): HttpResponse {
    const entropy = new Uint8Array(randomBytes(ENTROPY_LENGTH));
    const { state, response } = answer(this.state, { body: '', ...request }, this.#now, entropy);
    this.state = state;
    if (response.lost) throw new Error('the connection broke');
    const honest = signed(response, this.#keys, this.jwt);
    return this.rewrite?.(honest, request, this.log.at(-1)?.step ?? 'unknown') ?? honest;
  }

  /** A browser opens the URL, and the person logs in and agrees. @returns the callback URL */
  authorize(url: string): string {
    const { status, headers, body } = this.#answerTo({ method: 'GET', url, headers: { accept: 'text/html' } });
    const { location } = headers;
    if (location === undefined) throw new Error(`the browser stays at the server: ${status} ${body}`);
    return location;
  }

  /** How the next requests of a kind fail, one after the other. */
  failNext(step: Step, ...failing: readonly Failing[]): void {
    this.state = { ...this.state, failing: { ...this.state.failing, [step]: failing } };
  }

  /** From now on; without a name the server is honest again. */
  deviate(...deviations: readonly DeviationName[]): void {
    this.state = { ...this.state, deviations };
  }

  /** What is different from now on. */
  settings(changed: Partial<ServerSettings>): void {
    this.state = { ...this.state, settings: { ...this.state.settings, ...changed } };
  }

  get log(): readonly LogEntry[] {
    return this.state.log;
  }

  /** What the client was told off for since somebody looked last. */
  takeMisuses(): readonly MisuseCode[] {
    const { misuses } = this.state;
    this.state = { ...this.state, misuses: [] };
    return misuses.map(({ code }) => code);
  }
}
