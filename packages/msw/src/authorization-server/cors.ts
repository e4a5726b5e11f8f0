/** What a browser is told about other origins. Fetch, CORS protocol. */
import type { ServerResponse } from './http.ts';
import type { Step } from './log.ts';
import type { Turn } from './turn.ts';

/** Navigations only: no script may read these answers. */
const NAVIGATIONS: readonly Step[] = ['authorize', 'login_page', 'consent_page', 'logout'];

/** The answer to a preflight request; undefined for every other one. It is no step of any login. */
export function preflightOf({ method, headers, rules }: Turn): ServerResponse | undefined {
  if (method !== 'OPTIONS') return undefined;
  const allowed = {
    'access-control-allow-origin': headers['origin'] ?? '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? 'authorization, content-type',
    'access-control-max-age': '600',
    vary: 'Origin',
  };
  return { status: 204, headers: rules.cors ? allowed : {}, body: '', jwts: [] };
}

export function withCors({ headers, rules }: Turn, step: Step, response: ServerResponse): ServerResponse {
  const { origin } = headers;
  if (origin === undefined || !rules.cors || NAVIGATIONS.includes(step)) return response;
  const told = {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'www-authenticate, date, retry-after',
    vary: 'Origin',
  };
  return { ...response, headers: { ...response.headers, ...told } };
}
