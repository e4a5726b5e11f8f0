/** User agents with one fault each, around the sound one in memory. */
import type { Departure, OpenRequest, UserAgent, UserAgentOutcome } from '@proofkey/client';
import { type BrokenPort, brokenPort } from './broken-port.ts';
import type { MemoryUserAgent } from './memory-user-agent.ts';
import { userAgent } from './user-agent.ts';

const LEAVES = 'leaves without waiting for the person';
const LEAVES_FOR = 'leaves for exactly the URL that it was given';
/** Those of a login. */
const ALL = userAgent
  .map(({ name }) => name.slice('userAgent '.length))
  .filter((sentence) => sentence !== LEAVES && sentence !== LEAVES_FOR);
const AT_ONCE = 'begins at once';
const KNOWS = 'knows its redirect URI before anything is opened';
const SHOWS = 'shows exactly the URL that it was given';
const EXACTLY = 'returns exactly the callback URL that arrived';
const WAITS_ON = 'waits on when a callback is not accepted';
const APART = 'keeps two logins at once apart';
const CANCELLED = 'ends when it is cancelled';
const CANCELLED_BEFORE = 'does not begin to wait when it was cancelled before';
const BEFORE_OPENED = 'can be closed before it was opened';
const TWICE = 'can be closed twice';
const CLOSED = 'takes no callback any more when it is closed';

const broken = (name: string, fails: readonly string[], spoil: (agent: MemoryUserAgent) => UserAgent): BrokenPort =>
  brokenPort('userAgent', `a user agent ${name}`, fails, (ports) => ({
    ports: { userAgent: { leave: ports.userAgent.leave, ...spoil(ports.userAgent) } },
  }));

/** Each departure with something else in the place of its own. */
const departing =
  (spoil: (departure: Departure) => Partial<Departure>) =>
  (agent: MemoryUserAgent): UserAgent => ({
    begin() {
      const departure = agent.begin();
      return { ...departure, ...spoil(departure) };
    },
  });

/** Sound logins, and another way to leave. */
const leaving =
  (spoil: (agent: MemoryUserAgent) => NonNullable<UserAgent['leave']>) =>
  (agent: MemoryUserAgent): UserAgent => ({ begin: agent.begin, leave: spoil(agent) });

/** Each wait with another request, or with what follows from it. */
const opening = (spoil: (request: OpenRequest) => OpenRequest) =>
  departing((departure) => ({ open: (request) => departure.open(spoil(request)) }));

export const brokenUserAgents: readonly BrokenPort[] = [
  broken('that begins later', ALL, (agent) => ({ begin: (async () => agent.begin()) as never })),
  broken(
    'that does not say where it is',
    [KNOWS],
    departing(() => ({ redirectUri: '/callback' })),
  ),
  broken(
    'that knows its redirect URI only when it is open',
    ALL.filter((sentence) => sentence !== AT_ONCE && sentence !== BEFORE_OPENED),
    departing((departure) => {
      let tell: (redirectUri: string) => void = () => {};
      const redirectUri = new Promise<string>((resolve) => {
        tell = resolve;
      });
      const open = async (request: OpenRequest) => {
        tell(await departure.redirectUri);
        return departure.open(request);
      };
      return { redirectUri, open };
    }),
  ),
  brokenPort(
    'userAgent',
    'a user agent that opens the URL up to the first ampersand',
    [SHOWS, LEAVES_FOR],
    ({ userAgent }) => ({
      ports: {},
      shown: () => userAgent.opened.map((url) => url.split('&', 1)[0] ?? ''),
    }),
  ),
  broken(
    'that takes any callback',
    [EXACTLY, WAITS_ON, APART],
    opening((request) => ({ ...request, accepts: () => true })),
  ),
  broken(
    'that decodes the callback URL',
    [SHOWS, EXACTLY, WAITS_ON, APART, TWICE],
    departing((departure) => ({
      async open(request) {
        const outcome = await departure.open(request);
        return outcome.type === 'returned' ? { ...outcome, url: decodeURIComponent(outcome.url) } : outcome;
      },
    })),
  ),
  broken('that gives up after a wrong callback', [WAITS_ON, APART], (agent) => ({
    begin() {
      const departure = agent.begin();
      const open = async (request: OpenRequest) => {
        let wrong = false;
        const accepts = (url: string): boolean => {
          wrong ||= !request.accepts(url);
          return !wrong;
        };
        return departure.open({ ...request, accepts });
      };
      return { ...departure, open };
    },
  })),
  broken(
    'that cannot be cancelled',
    [CANCELLED, CANCELLED_BEFORE],
    opening(({ cancel: _, ...rest }) => rest),
  ),
  broken(
    'that does not notice that it was cancelled before',
    [CANCELLED_BEFORE],
    opening(({ cancel, ...rest }) => (cancel === undefined || cancel.aborted ? rest : { ...rest, cancel })),
  ),
  broken('that closes only when it was open', [AT_ONCE, KNOWS, BEFORE_OPENED], (agent) => ({
    begin() {
      const departure = agent.begin();
      let opened = false;
      return {
        redirectUri: departure.redirectUri,
        open(request) {
          opened = true;
          return departure.open(request);
        },
        close: (succeeded) => (opened ? departure.close(succeeded) : new Promise<void>(() => {})),
      };
    },
  })),
  broken('that fails when it is closed again', [TWICE, CLOSED], (agent) => ({
    begin() {
      const departure = agent.begin();
      let closed = false;
      return {
        ...departure,
        close(succeeded) {
          if (closed) throw new Error('closed');
          closed = true;
          return departure.close(succeeded);
        },
      };
    },
  })),
  broken('that goes on listening', [CLOSED], (agent) => ({
    begin() {
      const { redirectUri, open } = agent.begin();
      return {
        redirectUri,
        open({ cancel, ...rest }) {
          const waiting = open(rest);
          if (cancel === undefined) return waiting;
          const cancelled = new Promise<UserAgentOutcome>((resolve) => {
            if (cancel.aborted) resolve({ type: 'cancelled' });
            cancel.addEventListener('abort', () => resolve({ type: 'cancelled' }));
          });
          return Promise.race([waiting, cancelled]);
        },
        close() {},
      };
    },
  })),
  broken(
    'that waits for a callback when it leaves',
    [LEAVES, LEAVES_FOR],
    leaving((agent) => async (url) => void (await agent.begin().open({ url, accepts: () => true }))),
  ),
  broken(
    'that cannot show a page beside those of a login',
    [LEAVES, LEAVES_FOR],
    leaving(() => () => {
      throw new Error('no login');
    }),
  ),
  broken(
    'that leaves for nowhere',
    [LEAVES_FOR],
    leaving(() => () => {}),
  ),
  broken(
    'that leaves without the parameters',
    [LEAVES_FOR],
    leaving((agent) => (url) => agent.leave(url.split('?', 1)[0] ?? '')),
  ),
  broken(
    'that decodes the URL that it leaves for',
    [LEAVES_FOR],
    leaving((agent) => (url) => agent.leave(decodeURIComponent(url))),
  ),
];
