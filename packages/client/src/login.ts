/** Login request or callback URL -> the end of a login. Drives the core, and decides nothing about the protocol. */
import {
  type Answer,
  ENTROPY_LENGTH,
  isOurCallback,
  type LoginState,
  refusalOf,
  resumeLogin,
  type Session,
  type State,
  standsIn,
  startLogin,
  stateOfCallback,
  stepLogin,
  type ThawedTransaction,
} from '@proofkey/core';
import { type Cancellation, cancellation } from './cancellation.ts';
import { attempt, attemptNow, isProofkeyError, ProofkeyError, UNREADABLE } from './error.ts';
import { askedBy, type LoginRequest } from './login-request.ts';
import { once } from './once.ts';
import { type Beside, type LoggedIn, type LoginOutcome, loggedIn, outcomeOf } from './outcome.ts';
import { type Performer, performerOf } from './perform.ts';
import type { AbortSignalLike, Departure } from './ports.ts';
import { announce, demandDistinct } from './redirect-uris.ts';
import type { Context } from './session.ts';

export type LoginCalls = {
  login(request?: LoginRequest): Promise<LoginOutcome<unknown>>;
  handleCallback(callbackUrl: string): Promise<LoggedIn<unknown>>;
  /** Gives up the logins that were begun here. */
  abandon(): Promise<void>;
};

type Outcome = LoginOutcome<unknown>;

export function loginCalls(context: Context): LoginCalls {
  const { settings, ports, records, snapshots, freshness, userOf, owner, tell, server } = context;
  /** Whoever brings the same callback at the same time gets the same result. */
  const sharing = once<Outcome>();
  /** The logins that were begun here: their own user agents take their callbacks. One without a state has its wait. */
  const begunHere = new Map<State | Cancellation | undefined, Cancellation | undefined>();

  /** The one loop: perform, feed the answer back, until a step asks for nothing. */
  async function drive(performer: Performer, from: LoginState, first: Answer | undefined): Promise<Outcome> {
    let state = from;
    let answer = first;
    let last = first;
    while (answer !== undefined) {
      const step = stepLogin(settings, state, answer);
      state = step.state;
      // Nothing is kept of a person whom the application would not take.
      if (state.status === 'logged_in' && answer.type !== 'effect_failed') await userOf(state.session);
      last = answer;
      answer = await performer.perform(step.effects);
    }
    const end = await ended(state);
    if (end) {
      if (state.status === 'logged_in') freshness.received(end.session);
      await snapshots.follow({ status: 'present', session: end.session });
      const user = await userOf(end.session);
      performer.tell({ type: 'logged_in' });
      return loggedIn(end.session, end.beside, user);
    }
    // Keys without a name may have been replaced: whoever logs in again asks for them anew.
    if (state.status === 'failed' && state.failure.code === 'id_token_signature_invalid') server.forget();
    return outcomeOf(settings, state, last, performer);
  }

  /** A reload, or a second delivery: calm, as long as the login that it completed is still there. */
  async function ended(state: LoginState): Promise<{ session: Session; beside: Beside } | null> {
    if (state.status === 'logged_in') return { session: state.session, beside: state };
    if (state.status !== 'failed' || !state.receipt) return null;
    const found = await attempt(UNREADABLE, () => records.readSession());
    const same = found.status === 'present' && found.session.loginId === state.receipt.loginId;
    return same ? { session: found.session, beside: state.receipt } : null;
  }

  async function leave(
    departure: Departure,
    waiting: Cancellation,
    { cancel, ...options }: LoginRequest,
  ): Promise<Outcome> {
    let begun: LoginState | undefined;
    const accepts = (url: string): boolean =>
      begun?.status === 'awaiting_callback' && isOurCallback(begun.transaction, url);
    const others = new Set<string>();
    const answersAnother = async (url: string): Promise<boolean> => {
      // What an API wants was not asked for in any other login.
      if (options.stepUp || begunHere.has(stateOfCallback(url))) return false;
      const found = await storedFor(url).catch(() => undefined);
      const left = found?.status === 'present' && isOurCallback(found.transaction, url) && found.transaction;
      if (left && begun?.status === 'awaiting_callback' && standsIn(left, begun.transaction, options.prompt))
        others.add(url);
      return others.has(url);
    };
    const trip = { departure, accepts, answersAnother, cancel: waiting.signal };
    const performer = performerOf(ports, records, server, tell, trip);
    const first = await told(performer, async () => {
      const redirectUri = await attempt(NO_USER_AGENT, () => departure.redirectUri);
      announce(redirectUri, owner);
      const metadata = await server.metadata(waiting.signal);
      demandDistinct(redirectUri, owner, metadata);
      const entropy = await attempt(NO_ENTROPY, () => ports.randomSource.octets(ENTROPY_LENGTH));
      const asked = askedBy(settings, options, redirectUri);
      return startLogin({ ...settings, server: metadata }, asked, entropy, ports.clock.now());
    });
    const challenge = await performer.perform(first.effects);
    const { state, effects } = challenge ? stepLogin(settings, first.state, challenge) : first;
    begun = state;
    if (state.status === 'awaiting_callback') begunHere.set(state.transaction.state, waiting);
    begunHere.delete(waiting);
    const answer = await performer.perform(effects);
    // From now on a logout comes too late for it, but its callbacks stay its own.
    if (state.status === 'awaiting_callback' && answer?.type === 'returned')
      begunHere.set(state.transaction.state, undefined);
    const go = (): Promise<Outcome> => told(performer, () => drive(performer, state, answer));
    if (answer?.type !== 'returned') return go();
    if (!others.has(answer.url)) return sharing(answer.url, go);
    const finished = await sharing(answer.url, () => resume(answer.url, cancel));
    // This login has given way to the one that the person finished.
    await performer.perform(stepLogin(settings, state, { type: 'cancelled' }).effects);
    performer.tell({ type: 'login_failed', code: 'user_cancelled' });
    return finished;
  }

  async function storedFor(callbackUrl: string): Promise<ThawedTransaction> {
    const key = stateOfCallback(callbackUrl);
    return key === undefined ? { status: 'absent' } : records.readTransaction(key);
  }

  async function resume(callbackUrl: string, cancel?: AbortSignalLike): Promise<Outcome> {
    const performer = performerOf(ports, records, server, tell, { ...(cancel && { cancel }) });
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
      let waiting: Cancellation | undefined;
      try {
        waiting = await told({ tell }, () => attemptNow(NO_SIGNAL, () => cancellation(request.cancel)));
        begunHere.set(waiting, waiting);
        const outcome = await leave(departure, waiting, request);
        succeeded = outcome.status === 'logged_in';
        return outcome;
      } finally {
        waiting?.end();
        if (waiting) begunHere.delete(waiting);
        // How the login ended is decided; a user agent that would not close does not change it.
        await attempt(NO_USER_AGENT, () => departure.close(succeeded)).catch(() => {});
      }
    },

    async handleCallback(callbackUrl) {
      const outcome = await sharing(`${callbackUrl}`, () => resume(`${callbackUrl}`));
      // Whoever brings a callback waits for nobody: it completes the login, or there is an error.
      if (outcome.status !== 'logged_in') throw new ProofkeyError(NOT_EXPECTED.failure);
      return outcome;
    },

    async abandon() {
      for (const waiting of begunHere.values()) waiting?.cancel();
      // One whose page went away waits for nobody here.
      for (const [state, waiting] of begunHere)
        if (waiting && typeof state === 'string') await records.forgetTransaction(state).catch(() => {});
    },
  };
}

const NO_USER_AGENT = refusalOf('effect_failed', 'user_agent_failed', 'retry');
const NO_ENTROPY = refusalOf('effect_failed', 'insufficient_entropy', 'report');
const NOT_EXPECTED = refusalOf('misuse', 'answer_not_expected', 'report');
const NO_SIGNAL = refusalOf('misuse', 'invalid_parameter', 'fix_configuration');
