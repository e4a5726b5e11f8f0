/** Effects of the core -> calls on the ports -> the one answer. Decides nothing about the protocol. */
import { type Answer, clockOffsetOf, type Effect, type EffectFailedCode, type LoginId } from '@proofkey/core';
import { isPortError, PortError } from './port-error.ts';
import type { AbortSignalLike, Departure, Ports } from './ports.ts';
import type { Records } from './records.ts';
import { sendOver } from './request.ts';
import type { Server } from './server.ts';
import { addressOf, opened, type StepEvent, type Tell } from './step.ts';

/** The user agent of one login, on its way. */
export type Trip = {
  readonly departure: Departure;
  accepts(callbackUrl: string): boolean;
  answersAnother(callbackUrl: string): Promise<boolean>;
  readonly cancel?: AbortSignalLike;
};

export type Performer = {
  /** Carries out effects in order, each finished before the next. @returns the one answer, if anything was asked */
  perform(effects: readonly Effect[]): Promise<Answer | undefined>;
  /** Tells a step of this login. */
  tell(event: StepEvent): void;
  /** Which login this is, where that is known before its first effect. */
  isOf(login: LoginId): void;
  /** What the first port that failed threw. The core only learns the kind of it. */
  cause(): unknown;
  /** Where the last request went. */
  at(): string | undefined;
  /** Seconds that the server of the last response is ahead of this device, where it lets us read that. */
  clockOffset(): number | undefined;
};

/** @param trip without a departure where the callback is already there and no user agent is to be opened */
export function performerOf(
  ports: Ports,
  records: Records,
  server: Server,
  tellStep: Tell,
  trip: Trip | Pick<Trip, 'cancel'>,
): Performer {
  let cause: unknown;
  let at: string | undefined;
  let clockOffset: number | undefined;
  let loginId: LoginId | undefined;
  const tell = (event: StepEvent): void => tellStep(event, loginId);

  async function performOne(effect: Effect): Promise<Answer | undefined> {
    switch (effect.type) {
      case 'save_transaction':
        await records.saveTransaction(effect.transaction, effect.expiresAt);
        loginId = effect.transaction.loginId;
        tell({ type: 'transaction_saved' });
        return undefined;
      case 'spend_transaction': {
        const spent = await records.spend(effect.state);
        if (spent.type === 'spent') tell({ type: 'transaction_spent' });
        return spent;
      }
      case 'forget_transaction':
        await records.forgetTransaction(effect.state);
        return undefined;
      case 'open_user_agent': {
        if (!('departure' in trip)) throw new PortError('user_agent_failed');
        const { departure, ...rest } = trip;
        tell(opened(effect.url));
        const outcome = await departure.open({ url: effect.url, ...rest });
        if (outcome.type !== 'returned') return outcome;
        if (typeof outcome.url !== 'string') throw new PortError('user_agent_failed');
        tell({ type: 'callback_received' });
        return { ...outcome, now: ports.clock.now() };
      }
      case 'send_request': {
        at = addressOf(effect.request);
        const answered = await sendOver(ports, tell, effect.purpose, effect.request, trip.cancel);
        clockOffset = clockOffsetOf(answered.response, answered.now);
        return { type: 'response_received', ...answered };
      }
      case 'digest': {
        const octets = await ports.digest(effect.algorithm, effect.ascii);
        // WebCrypto itself gives a buffer, which has no length.
        const isWhole = ArrayBuffer.isView(octets) && octets.length * 8 === Number(effect.algorithm.slice(4));
        if (!isWhole) throw new PortError('digest_failed');
        return { type: 'digested', octets };
      }
      case 'get_keys':
        at = addressOf({ url: effect.jwksUri });
        return { type: 'keys_received', keys: await server.keys(effect, trip.cancel) };
      case 'verify_signature': {
        // Without a verifier nothing is taken on trust: the core ends the login.
        const valid = await ports.signatureVerifier?.verify(effect);
        if (valid === undefined) throw new PortError('signature_check_failed', { system: effect.alg.toUpperCase() });
        tell({ type: 'signature_checked', alg: effect.alg, valid });
        return { type: 'signature_checked', valid };
      }
      case 'save_session':
        await records.saveSession(effect.session, effect.guard);
        tell({ type: 'session_saved' });
        return undefined;
    }
  }

  return {
    tell,
    isOf(login) {
      loginId = login;
    },
    cause: () => cause,
    at: () => at,
    clockOffset: () => clockOffset,
    async perform(effects) {
      let answer: Answer | undefined;
      for (const effect of effects) {
        try {
          answer = await performOne(effect);
        } catch (error) {
          cause ??= error;
          const code = isPortError(error) ? error.code : CODES[effect.type];
          return { type: 'effect_failed', effect: effect.type, sent: sentOf(error), code };
        }
      }
      return answer;
    },
  };
}

/** What it means that an effect failed, where its port does not say it better by a {@link PortError}. */
const CODES: Readonly<Record<Effect['type'], EffectFailedCode>> = {
  save_transaction: 'storage_write_failed',
  spend_transaction: 'storage_write_failed',
  forget_transaction: 'storage_write_failed',
  open_user_agent: 'user_agent_failed',
  send_request: 'network_error',
  digest: 'digest_failed',
  get_keys: 'key_set_unavailable',
  verify_signature: 'signature_check_failed',
  save_session: 'storage_write_failed',
};

/** Whoever does not say that nothing was sent may have sent it. */
const sentOf = (error: unknown): 'no' | 'maybe' =>
  (error as { readonly sent?: unknown } | null | undefined)?.sent === 'no' ? 'no' : 'maybe';
