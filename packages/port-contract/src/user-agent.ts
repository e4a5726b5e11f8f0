/** The promises of a user agent: shows this URL, waits for our callback, ends when told to. RFC 8252, section 7. */
import type { AbortSignalLike, Departure, UserAgent, UserAgentOutcome } from '@proofkey/client';
import { contractTest, expectSame, expectThat, soon } from './expect.ts';
import type { ContractTest, Subject } from './subject.ts';

/** With what a shell, a template or a second encoding would change. */
const URL_TO_SHOW = 'https://as.example/authorize?a=1&b=%26%20%2F&c=x+y&d=%24HOME&e=%27%22&state=st';

/** Of a logout: likewise. */
const URL_TO_LEAVE_FOR = 'https://as.example/logout?a=1&b=%26%20%2F&c=x+y&d=%24HOME&e=%27%22&to=https%3A%2F%2Fapp';

/** Of one login, as the core makes it: a callback with another `state` is somebody else's. */
const callbackAt = (redirectUri: string, state: string): string =>
  `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}code=c%2F0+d%20e&state=${state}&iss=https%3A%2F%2Fas.example`;

interface Trip {
  readonly departure: Departure;
  readonly redirectUri: string;
}

function begun(agent: UserAgent): Departure {
  const departure: Departure & { readonly then?: unknown } = agent.begin();
  const [opens, closes] = [typeof departure?.open, typeof departure?.close];
  const ready = opens === 'function' && closes === 'function' && departure.then === undefined;
  expectThat(ready, 'a departure', departure, 'begin() is synchronous: a popup opens only while a click is worked on.');
  return departure;
}

/** Begins a login, and closes it however the test ends. */
async function travel(agent: UserAgent, subject: Subject, play: (trip: Trip) => Promise<void>): Promise<void> {
  const departure = begun(agent);
  const repair = 'The address is part of the URL that is opened: find it out in begin().';
  try {
    const redirectUri = await soon(subject, departure.redirectUri, 'a redirect URI before open()', repair);
    await play({ departure, redirectUri });
  } finally {
    await close(departure, subject);
  }
}

const close = (departure: Departure, subject: Subject, succeeded = false): Promise<void> =>
  soon(subject, departure.close(succeeded), 'close() to settle', 'Do not wait for the person in close().');

/** Opens the URL; `asked` holds each callback URL that the user agent asked about. */
function open({ departure }: Trip, callback: string, cancel?: AbortSignalLike) {
  const asked: string[] = [];
  const accepts = (url: string): boolean => {
    asked.push(url);
    return url === callback;
  };
  const outcome = departure.open({ url: URL_TO_SHOW, accepts, ...(cancel && { cancel }) });
  // Whoever awaits it sees the failure; nobody has to.
  outcome.catch(() => {});
  return { outcome, asked };
}

async function returned(subject: Subject, outcome: Promise<UserAgentOutcome>, callback: string): Promise<void> {
  const found = await soon(subject, outcome, 'open() to settle', 'A callback that is accepted ends the wait.');
  expectSame(found.type, 'returned', 'A callback that is accepted ends the wait, and nothing else does.');
  const url = found.type === 'returned' ? found.url : undefined;
  expectSame(url, callback, 'Return the callback URL exactly as it arrived, neither decoded nor encoded anew.');
}

/** A signal that is not the platform's own, because the client has only this part of it. */
function signal() {
  const listeners = new Set<() => void>();
  const cancel = {
    aborted: false,
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  const abort = (): void => {
    cancel.aborted = true;
    for (const listener of [...listeners]) listener();
  };
  return { cancel, abort };
}

async function cancelled(subject: Subject, outcome: Promise<UserAgentOutcome>): Promise<void> {
  const found = await soon(subject, outcome, 'open() to settle', 'Listen to `cancel`, and look at `cancel.aborted`.');
  expectSame(found.type, 'cancelled', 'The application is certain that this login is over.');
}

export const userAgent: readonly ContractTest[] = [
  contractTest('userAgent', 'begins at once', [], async (agent, subject) => {
    const departure = begun(agent);
    await close(departure, subject);
  }),
  contractTest('userAgent', 'knows its redirect URI before anything is opened', [], (agent, subject) =>
    travel(agent, subject, async ({ redirectUri }) => {
      const absolute = /^[a-z][a-z0-9+.-]*:[^\s#]+$/i.test(redirectUri);
      expectThat(absolute, 'an absolute URL without a fragment', redirectUri, 'RFC 6749, section 3.1.2.');
    }),
  ),
  contractTest('userAgent', 'shows exactly the URL that it was given', ['shown', 'arrive'], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const callback = callbackAt(trip.redirectUri, 'ours');
      const { outcome } = open(trip, callback);
      await subject.arrive(callback);
      await returned(subject, outcome, callback);
      const repair = 'Pass the URL on as one argument, through no shell and no template.';
      expectSame(subject.shown().at(-1), URL_TO_SHOW, repair);
    }),
  ),
  contractTest('userAgent', 'returns exactly the callback URL that arrived', ['arrive'], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const callback = callbackAt(trip.redirectUri, 'ours');
      const { outcome, asked } = open(trip, callback);
      await subject.arrive(callback);
      // Before the outcome, which would not come: whoever asks about another URL is told so.
      expectSame(asked.at(-1), callback, 'Ask `accepts` about the callback URL exactly as it arrived.');
      await returned(subject, outcome, callback);
    }),
  ),
  contractTest('userAgent', 'waits on when a callback is not accepted', ['arrive'], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const callback = callbackAt(trip.redirectUri, 'ours');
      const { outcome } = open(trip, callback);
      await subject.arrive(callbackAt(trip.redirectUri, 'forged'));
      await subject.arrive(trip.redirectUri);
      await subject.arrive(callback);
      await returned(subject, outcome, callback);
    }),
  ),
  contractTest('userAgent', 'keeps two logins at once apart', ['arrive'], (agent, subject) =>
    travel(agent, subject, (one) =>
      travel(agent, subject, async (two) => {
        const [first, second] = [callbackAt(one.redirectUri, 'one'), callbackAt(two.redirectUri, 'two')];
        const [waiting, other] = [open(one, first), open(two, second)];
        await subject.arrive(second);
        await returned(subject, other.outcome, second);
        await subject.arrive(first);
        await returned(subject, waiting.outcome, first);
      }),
    ),
  ),
  contractTest('userAgent', 'ends when it is cancelled', [], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const { cancel, abort } = signal();
      const { outcome } = open(trip, callbackAt(trip.redirectUri, 'ours'), cancel);
      abort();
      await cancelled(subject, outcome);
    }),
  ),
  contractTest('userAgent', 'does not begin to wait when it was cancelled before', [], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const { cancel, abort } = signal();
      abort();
      await cancelled(subject, open(trip, callbackAt(trip.redirectUri, 'ours'), cancel).outcome);
    }),
  ),
  contractTest('userAgent', 'can be closed before it was opened', [], async (agent, subject) => {
    await close(begun(agent), subject);
  }),
  contractTest('userAgent', 'can be closed twice', ['arrive'], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const callback = callbackAt(trip.redirectUri, 'ours');
      const { outcome } = open(trip, callback);
      await subject.arrive(callback);
      await returned(subject, outcome, callback);
      await close(trip.departure, subject, true);
      await close(trip.departure, subject, true);
    }),
  ),
  contractTest('userAgent', 'takes no callback any more when it is closed', ['arrive'], (agent, subject) =>
    travel(agent, subject, async (trip) => {
      const callback = callbackAt(trip.redirectUri, 'ours');
      const { cancel, abort } = signal();
      const { outcome, asked } = open(trip, callback, cancel);
      abort();
      await soon(subject, outcome, 'open() to settle', 'Listen to `cancel`.').catch(() => {});
      await close(trip.departure, subject);
      await subject.arrive(callback);
      expectSame(asked.length, 0, 'Stop listening in close(): whoever arrives later must not be told that it worked.');
    }),
  ),
  contractTest('userAgent', 'leaves without waiting for the person', ['leave'], leave),
  contractTest(
    'userAgent',
    'leaves for exactly the URL that it was given',
    ['leave', 'shown'],
    async (agent, subject) => {
      await leave(agent, subject);
      const repair = 'Show the page before leave() settles, and pass its URL on as it is.';
      expectSame(subject.shown().at(-1), URL_TO_LEAVE_FOR, repair);
    },
  ),
];

async function leave(agent: UserAgent, subject: Subject): Promise<void> {
  const repair = 'Show the page and wait for nothing: no callback will come.';
  await soon(subject, agent.leave?.(URL_TO_LEAVE_FOR), 'leave() to settle', repair);
}
