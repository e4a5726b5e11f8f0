/** Drives the core over a platform's ports. Knows no platform, and of the protocol only what the core tells it. */
import {
  type Answer,
  checkLoginSettings,
  ENTROPY_LENGTH,
  type IdTokenClaims,
  isOurCallback,
  type LoginOptions,
  type LoginSettings,
  type LoginState,
  refusalOf,
  resumeLogin,
  type Session,
  startLogin,
  stateOfCallback,
  stepLogin,
} from '@proofkey/core';
import { attempt, attemptNow, ProofkeyError } from './error.ts';
import { type LoginOutcome, loggedIn, outcomeOf } from './outcome.ts';
import { type Performer, performerOf, type Trip } from './perform.ts';
import type { AbortSignalLike, Departure, Ports } from './ports.ts';
import { recordsOf } from './records.ts';

/** What never changes while the client lives: the server, the client id, and what every login asks for. */
export type Settings = LoginSettings &
  Pick<LoginOptions, 'scope'> &
  Partial<Pick<LoginOptions, 'audience' | 'resource' | 'organization' | 'connection'>>;

/** What one login asks for beside, or instead of, the settings. */
export type LoginRequest = Partial<Omit<LoginOptions, 'redirectUri'>> & { readonly cancel?: AbortSignalLike };

export interface Client {
  /**
   * Logs a person in. Calling it again while a login is under way begins another one; the two never mix.
   *
   * @returns `logged_in`; `departed` when this page is going away and the callback will arrive at a new one;
   *   `dismissed` when the person seems to have given up, though `handleCallback` still completes the login
   * @throws ProofkeyError whose `failure.code` is any of the core's
   * @see RFC 6749, section 4.1; RFC 7636; OpenID Connect Core, section 3.1
   */
  login(request?: LoginRequest): Promise<LoginOutcome>;
  /**
   * Completes a login from the callback URL that arrived, in this process or a later one on the same stores.
   *
   * Giving it the same URL again is harmless: at the same time both get the one result, and later the login that it
   * completed is found again. A URL that answers no login changes nothing.
   *
   * @throws ProofkeyError, such as `unknown_transaction` or `transaction_consumed`
   * @see RFC 6749, section 4.1.2
   */
  handleCallback(callbackUrl: string): Promise<LoginOutcome>;
  /**
   * The claims of the last ID Token that was checked; undefined when nobody is logged in or `openid` was not asked for.
   *
   * @throws ProofkeyError `storage_read_failed`
   */
  user(): Promise<IdTokenClaims | undefined>;
}

/**
 * A client for one client id at one authorization server.
 *
 * Nothing that it hands out holds a token, and its own tokens are in variables that no printing reaches.
 *
 * @throws ProofkeyError (`invalid_settings`, `invalid_issuer`, `invalid_metadata`, `insecure_endpoint`,
 *   `pkce_not_supported`)
 */
export function createClient(settings: Settings, ports: Ports): Client {
  const wrong = checkLoginSettings(settings);
  if (wrong) throw new ProofkeyError(wrong.failure);
  const { clientId, server, scope, audience, resource, organization, connection } = settings;
  const defaults = {
    scope,
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
    ...(organization !== undefined && { organization }),
    ...(connection !== undefined && { connection }),
  };
  const records = recordsOf({ clientId, issuer: server.issuer }, ports);
  const underWay = new Map<string, Promise<LoginOutcome>>();

  /** The one loop: perform, feed the answer back, until a step asks for nothing. */
  async function drive(performer: Performer, from: LoginState, first: Answer | undefined): Promise<LoginOutcome> {
    let state = from;
    let answer = first;
    let last = first;
    while (answer !== undefined) {
      const step = stepLogin(settings, state, answer);
      state = step.state;
      last = answer;
      answer = await performer.perform(step.effects);
    }
    const finishedBefore = state.status === 'failed' ? state.receipt : undefined;
    const session = finishedBefore && (await storedSession());
    // A reload, or a second delivery: calm, as long as the login that it completed is still there.
    if (finishedBefore && session?.loginId === finishedBefore.loginId) return loggedIn(session, finishedBefore);
    return outcomeOf(state, last, performer.cause());
  }

  /** Whoever brings the same callback at the same time gets the same result. */
  function once(callbackUrl: string, task: () => Promise<LoginOutcome>): Promise<LoginOutcome> {
    const present = underWay.get(callbackUrl);
    if (present !== undefined) return present;
    const mine = task().finally(() => underWay.delete(callbackUrl));
    underWay.set(callbackUrl, mine);
    return mine;
  }

  async function leave(departure: Departure, { cancel, ...options }: LoginRequest): Promise<LoginOutcome> {
    const redirectUri = await attempt(NO_USER_AGENT, () => departure.redirectUri);
    const entropy = await attempt(NO_ENTROPY, () => ports.randomSource.octets(ENTROPY_LENGTH));
    // What is undefined or empty was not given, and does not take a default away.
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => (value ?? '') !== ''));
    const asked = { ...defaults, ...given, redirectUri };
    const { state, effects } = startLogin(settings, asked, entropy, ports.clock.now());
    const accepts = (url: string): boolean =>
      state.status === 'awaiting_callback' && isOurCallback(state.transaction, url);
    const trip: Trip = { departure, accepts, ...(cancel && { cancel }) };
    const performer = performerOf(ports, records, trip);
    const answer = await performer.perform(effects);
    const go = (): Promise<LoginOutcome> => drive(performer, state, answer);
    return answer?.type === 'returned' ? once(answer.url, go) : go();
  }

  async function resume(callbackUrl: string): Promise<LoginOutcome> {
    const key = stateOfCallback(callbackUrl);
    const found = await attempt(UNREADABLE, () => (key === undefined ? NOTHING : records.readTransaction(key)));
    // The same state at another address is no second delivery of the callback that was answered.
    const stored = found.status === 'spent' && !isOurCallback(found.receipt, callbackUrl) ? NOTHING : found;
    const returned = { type: 'returned', url: callbackUrl, now: ports.clock.now() } as const;
    return drive(performerOf(ports, records), resumeLogin(stored), returned);
  }

  async function storedSession(): Promise<Session | undefined> {
    const found = await attempt(UNREADABLE, () => records.readSession());
    return found.status === 'present' ? found.session : undefined;
  }

  return Object.freeze({
    async login(request: LoginRequest = {}) {
      // The first statement: a browser lets a popup open only while the click that asked for it is being worked on.
      const departure = attemptNow(NO_USER_AGENT, () => ports.userAgent.begin());
      let succeeded = false;
      try {
        const outcome = await leave(departure, request);
        succeeded = outcome.type === 'logged_in';
        return outcome;
      } finally {
        await closeQuietly(departure, succeeded);
      }
    },

    handleCallback: (callbackUrl: string) => once(`${callbackUrl}`, () => resume(`${callbackUrl}`)),

    async user() {
      const session = await storedSession();
      return session === undefined ? undefined : loggedIn(session, {}).user;
    },
  });
}

const NO_USER_AGENT = refusalOf('effect_failed', 'user_agent_failed', 'retry');
const UNREADABLE = refusalOf('effect_failed', 'storage_read_failed', 'retry');
const NO_ENTROPY = refusalOf('effect_failed', 'insufficient_entropy', 'report');

/** A URL that names no login finds none. */
const NOTHING = { status: 'absent' } as const;

/** How the login ended is decided; a user agent that would not close does not change it. */
async function closeQuietly(departure: Departure, succeeded: boolean): Promise<void> {
  try {
    await departure.close(succeeded);
  } catch {}
}
