/** Method and path -> the endpoint that answers. OpenAPI operations; RFC 8414, section 3.1. */

import { INTERACTION_PATH } from './authorization.ts';
import { authorize } from './authorization-request.ts';
import { answerInteraction } from './interaction.ts';
import type { Step } from './log.ts';
import { logout } from './logout.ts';
import { keySet, metadata } from './metadata.ts';
import { misuseOf } from './misuse.ts';
import { parameterOf } from './parameters.ts';
import { revoke } from './revocation.ts';
import type { OperationId } from './settings.ts';
import { requestTokens } from './token-request.ts';
import type { Endpoint, Turn } from './turn.ts';
import { pathOf } from './url.ts';
import { userinfo } from './userinfo.ts';

export interface Route {
  readonly step: Step;
  readonly endpoint: Endpoint;
}

type StepOf = Step | ((turn: Turn) => Step);

const tokenStep = ({ form }: Turn): Step => (parameterOf(form, 'grant_type') === 'refresh_token' ? 'refresh' : 'token');

const ROUTES: Readonly<Record<OperationId, readonly [StepOf, Endpoint]>> = {
  authorize: ['authorize', authorize],
  requestTokens: [tokenStep, requestTokens],
  getUserInfo: ['userinfo', userinfo],
  postUserInfo: ['userinfo', userinfo],
  revoke: ['revoke', revoke],
  logout: ['logout', logout],
  postLogout: ['logout', logout],
  logoutV2: ['logout', logout],
  getOpenIdConfiguration: ['metadata', metadata],
  getAuthorizationServerMetadata: ['metadata', metadata],
  getKeySet: ['keys', keySet],
};

/** RFC 8414 puts the well-known part before the path of the issuer, everybody else behind it. */
const placeOf = (id: OperationId, path: string, base: string): string =>
  id === 'getAuthorizationServerMetadata' ? path + base : base + path;

export function routeOf(turn: Turn): Route {
  const { state, path, method } = turn;
  const { issuer, endpoints } = state.settings;
  const base = pathOf(issuer);
  if (path.startsWith(`${base}${INTERACTION_PATH}`)) return interactionRoute(turn);
  const here = (Object.keys(ROUTES) as OperationId[]).filter((id) => {
    const endpoint = endpoints[id];
    return endpoint !== undefined && placeOf(id, endpoint.path, base) === path;
  });
  // OpenID Connect wants both methods here, whatever the description says. OIDC Core, section 3.1.2.1.
  const methods = here.flatMap((id) => (id === 'authorize' ? ['GET', 'POST'] : [endpoints[id]?.method ?? '']));
  const [first] = here;
  if (first === undefined) return { step: 'unknown', endpoint: notFound };
  const id = here.find((one) => endpoints[one]?.method === method) ?? first;
  const [step, endpoint] = ROUTES[id];
  return {
    step: typeof step === 'string' ? step : step(turn),
    endpoint: methods.includes(method) ? endpoint : refuseMethod(methods),
  };
}

function interactionRoute(turn: Turn): Route {
  const id = turn.path.slice(turn.path.lastIndexOf('/') + 1);
  const found = turn.state.interactions.find((one) => one.id === id);
  return { step: found?.session ? 'consent_page' : 'login_page', endpoint: answerInteraction };
}

const refuseMethod =
  (methods: readonly string[]): Endpoint =>
  ({ step }) => ({
    draft: { type: 'raw', status: 405, body: '', headers: { allow: [...new Set(methods)].join(', ') } },
    misuses: [misuseOf('wrong_method', { step, name: methods[0] ?? '' })],
  });

/** Clients look for metadata in several places, and browsers for icons. */
const HARMLESS = /\/\.well-known\/|\/favicon\.ico$/;

const notFound: Endpoint = ({ path, step }) => ({
  draft: { type: 'raw', status: 404, body: '' },
  misuses: HARMLESS.test(path) ? [] : [misuseOf('unknown_endpoint', { step, name: path })],
});
