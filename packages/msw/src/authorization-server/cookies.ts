/** Cookies <-> who is logged in at the server, in this browser. RFC 6265. */
import type { PersonSession } from './state.ts';
import type { Turn } from './turn.ts';

const NAME = 'login_session';

/** Who is logged in already; nobody when the session has become too old. */
export function sessionOf({ state, headers, now }: Turn): PersonSession | undefined {
  const cookies = (headers['cookie'] ?? '').split(';').map((one) => one.trim());
  const id = cookies.find((one) => one.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  const found = id === undefined ? undefined : state.sessions.find((one) => one.id === id);
  return found && now < found.authTime + state.settings.lifetimes.session ? found : undefined;
}

const secure = (issuer: string): string => (issuer.startsWith('https:') ? '; Secure' : '');

/** The header that keeps somebody logged in; with `undefined`, the one that ends it. */
export const cookieOf = ({ state: { settings } }: Turn, session: PersonSession | undefined): string =>
  `${NAME}=${session?.id ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure(settings.issuer)}${session ? '' : '; Max-Age=0'}`;
