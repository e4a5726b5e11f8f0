/** What a server answers a browser -> where the browser goes next, and what its person types and clicks there. */
import { clientOf, type User, usernameOf } from './authorization-server/settings.ts';
import { originOf } from './authorization-server/url.ts';
import type { LogEntry, ServerResponse, ServerSettings } from './authorization-server.ts';
import { type Form, formIn, sentenceIn } from './html-form.ts';

/** Where the browser goes next; with a body, the form that it posts there. */
export type Next = { readonly url: string; readonly body?: string };

/**
 * Undefined where the way ends well: the person is logged out.
 *
 * @param start the address that was opened
 * @param entry what the server wrote down about the answer
 * @throws Error for a page that nobody can go on from
 */
export function nextOf(
  { status, headers, body }: ServerResponse,
  start: string,
  users: readonly User[],
  entry: LogEntry | undefined,
): Next | undefined {
  const { location } = headers;
  const at = originOf(start);
  if (location !== undefined) return { url: absolute(location, at) };
  const form = status < 400 ? formIn(body) : undefined;
  if (form !== undefined) return { url: absolute(form.action, at), body: filledIn(form, users) };
  if (status < 400) return undefined;
  const said = sentenceIn(body);
  const error = entry?.error === undefined ? '' : `, error ${entry.error}`;
  throw new Error(
    `The server answered ${status} with a page that leads nowhere${said === undefined ? '' : `: "${said}"`} ` +
      `(step ${entry?.number} of the log${error})`,
  );
}

/** What the person types and clicks: name, password, and the first button, which is always the one that agrees. */
function filledIn({ fields, buttons }: Form, users: readonly User[]): string {
  const hinted = fields.find(({ name }) => name === 'username')?.value ?? '';
  // As without pages: who is meant by a hint, else the first.
  const person = users.find((one) => [usernameOf(one), one.sub].includes(hinted)) ?? users[0];
  const typed = fields.map(({ name, type, value }) => {
    if (type === 'password') return [name, person?.password ?? 'any'];
    return [name, type === 'hidden' || !person ? value : usernameOf(person)];
  });
  const clicked = buttons.slice(0, 1).filter(({ name }) => name !== '');
  return new URLSearchParams([...typed, ...clicked.map(({ name, value }) => [name, value])] as string[][]).toString();
}

const absolute = (url: string, origin: string): string => (url.startsWith('/') ? origin + url : url);

/** For an application on the origin of its server. Who leaves out where to go means what is registered. */
export function isCallback(settings: ServerSettings, start: string, url: string): boolean {
  const { searchParams } = new URL(start);
  const named = ['redirect_uri', 'post_logout_redirect_uri', 'returnTo'].flatMap((name) => searchParams.getAll(name));
  const client = clientOf(settings, searchParams.get('client_id') ?? undefined);
  const targets = searchParams.has('redirect_uri') ? named : [...named, ...(client?.redirectUris ?? [])];
  return targets.some((target) => url.split(/[?#]/)[0] === target.split(/[?#]/)[0]);
}

/** The person logs in as somebody, whomever the client thought of. */
export function withHint(url: string, username: string | undefined): string {
  if (username === undefined) return url;
  const at = new URL(url);
  if (at.searchParams.has('login_hint')) at.searchParams.set('login_hint', username);
  return at.href;
}
