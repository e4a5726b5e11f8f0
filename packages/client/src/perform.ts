/** Effects of the core -> calls on the ports -> the one answer. Decides nothing about the protocol. */
import type { Answer, Effect, EffectFailedCode, HttpResponse } from '@proofkey/core';
import { isPortError, PortError } from './port-error.ts';
import type { AbortSignalLike, Departure, Ports } from './ports.ts';
import type { Records } from './records.ts';

/** The user agent of one login, on its way. */
export type Trip = {
  readonly departure: Departure;
  accepts(callbackUrl: string): boolean;
  readonly cancel?: AbortSignalLike;
};

export type Performer = {
  /** Carries out effects in order, each finished before the next. @returns the one answer, if anything was asked */
  perform(effects: readonly Effect[]): Promise<Answer | undefined>;
  /** What the first port that failed threw. The core only learns the kind of it. */
  cause(): unknown;
};

/** @param trip absent where the callback is already there and no user agent is to be opened */
export function performerOf(ports: Ports, records: Records, trip?: Trip): Performer {
  let cause: unknown;

  async function performOne(effect: Effect): Promise<Answer | undefined> {
    switch (effect.type) {
      case 'save_transaction':
        await records.saveTransaction(effect.transaction, effect.expiresAt);
        return undefined;
      case 'spend_transaction':
        return records.spend(effect.state);
      case 'forget_transaction':
        await records.forgetTransaction(effect.state);
        return undefined;
      case 'open_user_agent': {
        if (trip === undefined) throw new PortError('user_agent_failed');
        const { departure, ...rest } = trip;
        const outcome = await departure.open({ url: effect.url, ...rest });
        if (outcome.type !== 'returned') return outcome;
        if (typeof outcome.url !== 'string') throw new PortError('user_agent_failed');
        return { ...outcome, now: ports.clock.now() };
      }
      case 'send_request': {
        const response = await ports.transport.send(effect.request, trip?.cancel);
        if (!isResponse(response)) throw new PortError('network_error');
        return { type: 'response_received', response, now: ports.clock.now() };
      }
      case 'verify_signature': {
        // Without a verifier nothing is taken on trust: the core ends the login.
        if (ports.signatureVerifier === undefined) throw new PortError('signature_check_failed');
        return { type: 'signature_checked', valid: await ports.signatureVerifier.verify(effect) };
      }
      case 'save_session':
        await records.saveSession(effect.session, effect.guard);
        return undefined;
    }
  }

  return {
    cause: () => cause,
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
  verify_signature: 'signature_check_failed',
  save_session: 'storage_write_failed',
};

/** Whoever does not say that nothing was sent may have sent it. */
const sentOf = (error: unknown): 'no' | 'maybe' =>
  (error as { readonly sent?: unknown } | null | undefined)?.sent === 'no' ? 'no' : 'maybe';

/** The core reads what a server sent, but trusts that a transport hands it over in the agreed form. */
function isResponse(response: HttpResponse | undefined): response is HttpResponse {
  const { status, headers, body } = response ?? {};
  if (typeof status !== 'number' || typeof body !== 'string' || typeof headers !== 'object' || headers === null)
    return false;
  return Object.values(headers).every((value) => typeof value === 'string');
}
