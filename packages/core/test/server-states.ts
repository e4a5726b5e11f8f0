/** Discovery in each of its states, driven there by the answers of a server. */
import {
  type Answer,
  type HttpResponse,
  type NumericDate,
  type ServerState,
  type Step,
  startServer,
  stepServer,
} from '../src/index.ts';
import { ISSUER, jsonResponse, NOW } from './support/login.ts';

export type At<S extends ServerState['status']> = ServerState & { readonly status: S };
type Stepped = Step<ServerState>;

/** The state, if it is the one that the test needs. */
export function at<S extends ServerState['status']>(status: S, { state }: { readonly state: ServerState }): At<S> {
  if (state.status !== status) throw new Error(`discovery is ${JSON.stringify(state)}, not ${status}`);
  return state as At<S>;
}

export const OPENID = `${ISSUER}.well-known/openid-configuration`;
export const OAUTH = `${ISSUER}.well-known/oauth-authorization-server`;

/** A document in which everything is right. */
export const documentOf = (issuer: string = ISSUER, more: object = {}): object => ({
  issuer,
  authorization_endpoint: `${issuer}authorize`,
  token_endpoint: `${issuer}oauth/token`,
  jwks_uri: `${issuer}jwks.json`,
  ...more,
});

export const published = (more: object = {}, issuer: string = ISSUER): HttpResponse =>
  jsonResponse(documentOf(issuer, more));
export const HTML: HttpResponse = jsonResponse('<!doctype html>', 200, { 'content-type': 'text/html' });
export const status = (code: number): HttpResponse => jsonResponse('', code, { 'content-type': 'text/plain' });
export const redirect = (location: string | undefined, code = 301): HttpResponse => ({
  status: code,
  headers: location === undefined ? {} : { location },
  body: '',
});

export const received = (response: HttpResponse, now: NumericDate = NOW): Answer => ({
  type: 'response_received',
  response,
  now,
});

/** What is asked, or undefined when nothing is. More than one request at a time would be a bug. */
export function askedBy({ effects }: Stepped): string | undefined {
  const [effect, ...more] = effects;
  if (effect === undefined) return undefined;
  if (effect.type !== 'send_request' || more.length > 0)
    throw new Error(`discovery asks for ${JSON.stringify(effects)}`);
  return effect.request.url;
}

export type Discovery = Stepped & {
  /** Every address that was asked, in order. */
  readonly asked: readonly string[];
};

/** Gives the answers one after the other, until nothing is asked or no answer is left. */
export function discover(issuer: string, ...responses: readonly (HttpResponse | Answer)[]): Discovery {
  let step = startServer(issuer);
  const asked = [askedBy(step)];
  for (const response of responses) {
    if (asked.at(-1) === undefined) throw new Error(`nobody asks for the answer ${JSON.stringify(response)}`);
    step = stepServer(step.state, 'type' in response ? response : received(response));
    asked.push(askedBy(step));
  }
  return { ...step, asked: asked.filter((url) => url !== undefined) };
}

/** `known`, or the code of the failure, or what is awaited. */
export const endOf = ({ state }: Stepped): string => (state.status === 'failed' ? state.failure.code : state.status);

export const atOpenid = (issuer: string = ISSUER): At<'awaiting_openid_configuration'> =>
  at('awaiting_openid_configuration', startServer(issuer));
export const atOauth = (first: HttpResponse = status(404)): At<'awaiting_oauth_authorization_server'> =>
  at('awaiting_oauth_authorization_server', discover(ISSUER, first));
export const atKnown = (): At<'known'> => at('known', discover(ISSUER, published()));
export const atFailed = (): At<'failed'> => at('failed', discover(ISSUER, status(404), status(404)));

/** One discovery of every kind that takes a way of its own, by the state that it is in. */
export const STATES: { readonly [S in ServerState['status']]: readonly At<S>[] } = {
  awaiting_openid_configuration: [
    atOpenid(),
    at('awaiting_openid_configuration', discover(ISSUER, redirect(`${OPENID}/`))),
  ],
  awaiting_oauth_authorization_server: [
    atOauth(),
    atOauth(HTML),
    atOauth(redirect('https://attacker.example/')),
    at('awaiting_oauth_authorization_server', discover(ISSUER, status(404), redirect(`${OAUTH}/`))),
  ],
  known: [atKnown()],
  failed: [atFailed()],
};
