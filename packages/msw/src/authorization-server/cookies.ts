/** Cookies <-> who is logged in at the server, in this browser, and which page is its own. RFC 6265. */
import type { Interaction, PersonSession, ServerState } from './state.ts';
import type { Turn } from './turn.ts';

/** Cookies know no ports: without this, servers side by side on loopback would log each other's people out. */
const nameIn = ({ settings }: ServerState, name: string): string => {
  const [, port] = /:(\d+)(?:\/|$)/.exec(settings.issuer) ?? [];
  return port === undefined ? name : `${name}_${port}`;
};

function cookieIn({ state, headers }: Turn, name: string): string | undefined {
  const cookies = (headers['cookie'] ?? '').split(';').map((one) => one.trim());
  const start = `${nameIn(state, name)}=`;
  return cookies.find((one) => one.startsWith(start))?.slice(start.length);
}

/** Who is logged in already; nobody when the session has become too old. */
export function sessionOf(turn: Turn): PersonSession | undefined {
  const { state, now } = turn;
  const id = cookieIn(turn, 'login_session');
  const found = id === undefined ? undefined : state.sessions.find((one) => one.id === id);
  return found && now < found.authTime + state.settings.lifetimes.session ? found : undefined;
}

/** Was this page made for this browser? */
export const isSamePage = (turn: Turn, { secret }: Interaction): boolean =>
  secret !== undefined && cookieIn(turn, 'login_page') === secret;

/** Lax: the first request to the server comes from the page of a client. */
const ATTRIBUTES = 'HttpOnly; SameSite=Lax';

const secure = (issuer: string): string => (issuer.startsWith('https:') ? '; Secure' : '');

/** The header that keeps somebody logged in; with `undefined`, the one that ends it. */
export const cookieOf = ({ state }: Turn, session: PersonSession | undefined): string =>
  `${nameIn(state, 'login_session')}=${session?.id ?? ''}; Path=/; ${ATTRIBUTES}` +
  `${secure(state.settings.issuer)}${session ? '' : '; Max-Age=0'}`;

/** The header that makes a page this browser's own. */
export const pageCookieOf = ({ state }: Turn, path: string, secret: string): string =>
  `${nameIn(state, 'login_page')}=${secret}; Path=${path}; ${ATTRIBUTES}${secure(state.settings.issuer)}`;
