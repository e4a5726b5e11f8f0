/** Login request or callback URL -> the end of a login. Drives the core, and decides nothing about the protocol. */
import {
  type Answer,
  apiOf,
  ENTROPY_LENGTH,
  isOurCallback,
  type LoginOptions,
  type LoginState,
  refusalOf,
  resumeLogin,
  type Session,
  standsIn,
  startLogin,
  stateOfCallback,
  stepLogin,
  type ThawedTransaction,
} from '@proofkey/core';
import { attempt, attemptNow, isProofkeyError, ProofkeyError, UNREADABLE } from './error.ts';
import { type Beside, type LoggedIn, type LoginOutcome, loggedIn, outcomeOf } from './outcome.ts';
import { type Performer, performerOf } from './perform.ts';
import type { AbortSignalLike, Departure } from './ports.ts';
import type { Context } from './session.ts';
import { defaultsOf, given } from './settings.ts';

/** What one login asks for beside, or instead of, the settings. */
export type LoginRequest = {
  readonly [Name in keyof Omit<LoginOptions, 'redirectUri'>]?: LoginOptions[Name] | undefined;
} & {
  /** Ends the wait for the person, as `user_cancelled`. */
  readonly cancel?: AbortSignalLike | undefined;
};

export type LoginCalls = {
  login(request?: LoginRequest): Promise<LoginOutcome>;
  handleCallback(callbackUrl: string): Promise<LoggedIn>;
};

export function loginCalls({ settings, ports, records, snapshots, tell, server }: Context): LoginCalls {
  const underWay = new Map<string, Promise<LoginOutcome>>();
  /** The logins that were begun here: their own user agents take their callbacks. */
  const begunHere = new Set<string | undefined>();

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
    const end = await ended(state);
    if (end) {
      await snapshots.follow({ status: 'present', session: end.session });
      performer.tell({ type: 'logged_in' });
      return loggedIn(end.session, end.beside);
    }
    return outcomeOf(state, last, performer);
  }

  /** A reload, or a second delivery: calm, as long as the login that it completed is still there. */
  async function ended(state: LoginState): Promise<{ session: Session; beside: Beside } | null> {
    if (state.status === 'logged_in') return { session: state.session, beside: state };
    if (state.status !== 'failed' || !state.receipt) return null;
    const found = await attempt(UNREADABLE, () => records.readSession());
    const same = found.status === 'present' && found.session.loginId === state.receipt.loginId;
    return same ? { session: found.session, beside: state.receipt } : null;
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
    let begun: LoginState | undefined;
    const accepts = (url: string): boolean =>
      begun?.status === 'awaiting_callback' && isOurCallback(begun.transaction, url);
    const others = new Set<string>();
    const answersAnother = async (url: string): Promise<boolean> => {
      if (begunHere.has(stateOfCallback(url))) return false;
      const found = await storedFor(url).catch(() => undefined);
      const left = found?.status === 'present' && isOurCallback(found.transaction, url) && found.transaction;
      if (left && begun?.status === 'awaiting_callback' && standsIn(left, begun.transaction, options.prompt))
        others.add(url);
      return others.has(url);
    };
    const trip = { departure, accepts, answersAnother, ...(cancel && { cancel }) };
    const performer = performerOf(ports, records, tell, trip);
    const { state, effects } = await told(performer, async () => {
      // An AbortController is easily taken for its signal.
      if (cancel !== undefined && typeof cancel.addEventListener !== 'function')
        throw new ProofkeyError(NO_SIGNAL.failure);
      const redirectUri = await attempt(NO_USER_AGENT, () => departure.redirectUri);
      const metadata = await server(cancel);
      const entropy = await attempt(NO_ENTROPY, () => ports.randomSource.octets(ENTROPY_LENGTH));
      // What was not given does not take a default away.
      const asked = given({ ...defaultsOf(settings), ...given(options), ...apiOf(options, settings), redirectUri });
      return startLogin({ ...settings, server: metadata }, asked as LoginOptions, entropy, ports.clock.now());
    });
    begun = state;
    if (state.status === 'awaiting_callback') begunHere.add(state.transaction.state);
    const answer = await performer.perform(effects);
    const go = (): Promise<LoginOutcome> => told(performer, () => drive(performer, state, answer));
    if (answer?.type !== 'returned') return go();
    if (!others.has(answer.url)) return once(answer.url, go);
    const finished = await once(answer.url, () => resume(answer.url, cancel));
    // This login has given way to the one that the person finished.
    await performer.perform(stepLogin(settings, state, { type: 'cancelled' }).effects);
    performer.tell({ type: 'login_failed', code: 'user_cancelled' });
    return finished;
  }

  async function storedFor(callbackUrl: string): Promise<ThawedTransaction> {
    const key = stateOfCallback(callbackUrl);
    return key === undefined ? { status: 'absent' } : records.readTransaction(key);
  }

  async function resume(callbackUrl: string, cancel?: AbortSignalLike): Promise<LoginOutcome> {
    const performer = performerOf(ports, records, tell, { ...(cancel && { cancel }) });
    return told(performer, async () => {
      const found = await attempt(UNREADABLE, () => storedFor(callbackUrl));
      const state = resumeLogin(found, callbackUrl);
      const known =
        state.status === 'awaiting_callback' ? state.transaction : state.status === 'failed' && state.receipt;
      if (known && isOurCallback(known, callbackUrl)) performer.isOf(known.loginId);
      performer.tell({ type: 'callback_received' });
      const returned = { type: 'returned', url: callbackUrl, now: ports.clock.now() } as const;
      return drive(performer, state, returned);
    });
  }

  /** Inside `once`, so that a login that two are waiting for fails once. */
  async function told<T>(performer: Pick<Performer, 'tell'>, task: () => T | Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (isProofkeyError(error)) performer.tell({ type: 'login_failed', code: error.failure.code });
      throw error;
    }
  }

  return {
    async login(request = {}) {
      // The first statement: a browser lets a popup open only while the click that asked for it is being worked on.
      const departure = await told({ tell }, () => {
        try {
          return attemptNow(NO_USER_AGENT, () => ports.userAgent.begin());
        } finally {
          tell({ type: 'login_started' });
        }
      });
      let succeeded = false;
      try {
        const outcome = await leave(departure, request);
        succeeded = outcome.status === 'logged_in';
        return outcome;
      } finally {
        await closeQuietly(departure, succeeded);
      }
    },

    async handleCallback(callbackUrl) {
      const outcome = await once(`${callbackUrl}`, () => resume(`${callbackUrl}`));
      // Whoever brings a callback waits for nobody: it completes the login, or there is an error.
      if (outcome.status !== 'logged_in') throw new ProofkeyError(NOT_EXPECTED.failure);
      return outcome;
    },
  };
}

const NO_USER_AGENT = refusalOf('effect_failed', 'user_agent_failed', 'retry');
const NO_ENTROPY = refusalOf('effect_failed', 'insufficient_entropy', 'report');
const NOT_EXPECTED = refusalOf('misuse', 'answer_not_expected', 'report');
const NO_SIGNAL = refusalOf('misuse', 'invalid_parameter', 'fix_configuration');

/** How the login ended is decided; a user agent that would not close does not change it. */
async function closeQuietly(departure: Departure, succeeded: boolean): Promise<void> {
  try {
    await departure.close(succeeded);
  } catch {}
}
