/** What a browser is told about other origins. Fetch, CORS protocol. */
import type { ServerResponse } from './http.ts';
import type { Step } from './log.ts';
import type { Turn } from './turn.ts';
import { pathOf } from './url.ts';

/** Navigations only: no script may read these answers. */
const NAVIGATIONS: readonly Step[] = ['authorize', 'login_page', 'consent_page', 'logout'];

/** The answer to a preflight request; undefined for every other one. It is no step of any login. */
export function preflightOf(turn: Turn): ServerResponse | undefined {
  const { method, headers } = turn;
  if (method !== 'OPTIONS') return undefined;
  const allowed = {
    'access-control-allow-origin': printable(headers['origin']) ?? '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers':
      printable(headers['access-control-request-headers']) ?? 'authorization, content-type',
    'access-control-max-age': '600',
    vary: 'Origin',
  };
  return { status: 204, headers: mayRead(turn) ? allowed : {}, body: '', jwts: [] };
}

/** What is sent back must not begin another header. */
const printable = (text: string | undefined): string | undefined => (/^[ -~]+$/.test(text ?? '') ? text : undefined);

/** `false` for a server that tells browsers nothing. */
function mayRead({ rules, state, path }: Turn): boolean {
  const { issuer, endpoints } = state.settings;
  return rules.cors && (rules.tokenCors || path !== pathOf(issuer) + endpoints.requestTokens?.path);
}

export function withCors(turn: Turn, step: Step, response: ServerResponse): ServerResponse {
  const origin = printable(turn.headers['origin']);
  if (origin === undefined || !mayRead(turn) || NAVIGATIONS.includes(step)) return response;
  const told = {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'www-authenticate, date, retry-after',
    vary: 'Origin',
  };
  return { ...response, headers: { ...response.headers, ...told } };
}
