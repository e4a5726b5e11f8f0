/** Method and path -> the endpoint that answers. OpenAPI operations; RFC 8414, section 3.1. */
import type { AuthorizeQuery, CodeExchange, LogoutQuery, LogoutV2Query, Refresh, Revocation } from '@proofkey/api';
import { INTERACTION_PATH } from './authorization.ts';
import { authorize } from './authorization-request.ts';
import { answerInteraction } from './interaction.ts';
import type { Step } from './log.ts';
import { LOGGED_OUT, LOGOUT_QUESTION, loggedOut, logout, logoutQuestion, logoutV2 } from './logout.ts';
import { keySet, metadata } from './metadata.ts';
import { misuseOf } from './misuse.ts';
import { homePage } from './pages.ts';
import { parameterOf } from './parameters.ts';
import { revoke } from './revocation.ts';
import type { OperationId, ServerSettings } from './settings.ts';
import { requestTokens, tokenStep } from './token-request.ts';
import type { Endpoint, Turn } from './turn.ts';
import { originOf, pathOf, speakablePath } from './url.ts';
import { userinfo } from './userinfo.ts';

export interface Route {
  readonly step: Step;
  readonly endpoint: Endpoint;
}

type StepOf = Step | ((turn: Turn) => Step);

const ROUTES: Readonly<Record<OperationId, readonly [StepOf, Endpoint]>> = {
  authorize: ['authorize', authorize],
  requestTokens: [tokenStep, requestTokens],
  getUserInfo: ['userinfo', userinfo],
  postUserInfo: ['userinfo', userinfo],
  revoke: ['revoke', revoke],
  logout: ['logout', logout],
  postLogout: ['logout', logout],
  logoutV2: ['logout', logoutV2],
  getOpenIdConfiguration: ['metadata', metadata],
  getAuthorizationServerMetadata: ['metadata', metadata],
  getKeySet: ['keys', keySet],
};

/** RFC 8414 puts the well-known part before the path of the issuer, everybody else behind it. */
const placeOf = (id: OperationId, path: string, base: string): string =>
  id === 'getAuthorizationServerMetadata' ? path + base : base + path;

export function routeOf(turn: Turn): Route {
  const { state, method, rules } = turn;
  const { issuer, endpoints } = state.settings;
  const path = rules.slashAfterMetadata ? turn.path.replace(/(\/\.well-known\/.*)\/$/, '$1') : turn.path;
  const base = pathOf(issuer);
  if (path.startsWith(`${base}${INTERACTION_PATH}`)) return interactionRoute(turn);
  const here = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
    const endpoint = endpoints[id];
    return endpoint !== undefined && placeOf(id, endpoint.path, base) === path;
  });
  // OpenID Connect wants both methods here, whatever the description says. OIDC Core, section 3.1.2.1.
  const methods = here.flatMap((id) => (id === 'authorize' ? ['GET', 'POST'] : [endpoints[id]?.method ?? '']));
  const [first] = here;
  if (first === undefined)
    return { step: 'unknown', endpoint: method === 'GET' && path.replace(/\/$/, '') === base ? home : notFound };
  const id = here.find((one) => endpoints[one]?.method === method) ?? first;
  const [step, endpoint] = ROUTES[id === 'requestTokens' && isRevocation(turn) ? 'revoke' : id];
  return {
    step: typeof step === 'string' ? step : step(turn),
    endpoint: methods.includes(method) ? endpoint : refuseMethod(methods),
  };
}

/** At a server whose token endpoint revokes too. */
const isRevocation = ({ rules, form }: Turn): boolean =>
  rules.revocationAtTokenEndpoint &&
  parameterOf<CodeExchange>(form, 'grant_type') === undefined &&
  parameterOf<Revocation>(form, 'token') !== undefined;

function interactionRoute(turn: Turn): Route {
  const methods = ['GET', 'POST'];
  const id = turn.path.slice(turn.path.lastIndexOf('/') + 1);
  if (id === LOGOUT_QUESTION) return { step: 'logout', endpoint: logoutQuestion };
  if (id === LOGGED_OUT) return { step: 'logout', endpoint: loggedOut };
  const found = turn.state.interactions.find((one) => one.id === id);
  const endpoint = methods.includes(turn.method) ? answerInteraction : refuseMethod(methods);
  return { step: found?.session ? 'consent_page' : 'login_page', endpoint };
}

const refuseMethod =
  (methods: readonly string[]): Endpoint =>
  ({ step }) => ({
    draft: { type: 'raw', status: 405, body: '', headers: { allow: [...new Set(methods)].join(', ') } },
    misuses: [misuseOf('wrong_method', { step, name: methods[0] ?? '' })],
  });

type Sent = AuthorizeQuery & CodeExchange & Refresh & Revocation & LogoutQuery & LogoutV2Query;

/** What no request has that is for somebody else. */
const OURS: readonly (keyof Sent)[] = [
  ...(['client_id', 'response_type', 'redirect_uri', 'code', 'state', 'token'] as const),
  ...(['id_token_hint', 'post_logout_redirect_uri', 'returnTo'] as const),
];

/** Clients look for metadata in several places; browsers and people for icons, robots.txt and whatever else. */
const isMeant = ({ method, path, query, headers }: Turn): boolean =>
  method !== 'GET' ||
  headers['authorization'] !== undefined ||
  (!path.includes('/.well-known/') && query.some(([name]) => (OURS as readonly string[]).includes(name)));

const notFound: Endpoint = (turn) => ({
  draft: { type: 'raw', status: 404, body: '' },
  misuses: isMeant(turn) ? [misuseOf('unknown_endpoint', { step: turn.step, name: speakablePath(turn.path) })] : [],
});

/** Only where the server has nothing else. */
const home: Endpoint = (turn) => {
  const { issuer, endpoints } = turn.state.settings;
  if (isMeant(turn)) return notFound(turn);
  const html = homePage(issuer, placesOf(issuer, endpoints));
  return { draft: { type: 'page', status: 200, html } };
};

const placesOf = (issuer: string, endpoints: ServerSettings['endpoints']): readonly (readonly [string, string])[] =>
  (Object.keys(ROUTES) as OperationId[]).flatMap((id) => {
    const { method, path } = endpoints[id] ?? {};
    return path === undefined
      ? []
      : [[`${id} (${method})`, originOf(issuer) + placeOf(id, path, pathOf(issuer))] as const];
  });
