/** What a login does, one step after the other, for traces: where and what kind, never a value. RFC 6749, 4.1. */
import type { FailureCode, LoginId, NumericDate, Purpose } from '@proofkey/core';
import type { Ports } from './ports.ts';

/** One thing that happened. `parameters` are names; no step holds a code, a verifier, a state, a nonce or a token. */
export type RedactedStep = {
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly now: NumericDate;
  /** Which login; absent where there is none, or none yet. Random, but no secret. */
  readonly loginId?: LoginId;
} & StepEvent;

export type StepEvent =
  /** The application asked for a login. */
  | { readonly type: 'login_started' }
  /** A code verifier, its challenge and a state were made, and are kept. */
  | { readonly type: 'transaction_saved' }
  /** The person is sent to the authorization endpoint. */
  | { readonly type: 'user_agent_opened'; readonly url: string; readonly parameters: readonly string[] }
  /** A callback arrived; whether it is good is still to be found out. */
  | { readonly type: 'callback_received' }
  /** From now on nobody else can use this login. */
  | { readonly type: 'transaction_spent' }
  | {
      readonly type: 'request_sent';
      readonly purpose: RequestPurpose;
      readonly method: string;
      readonly url: string;
      readonly parameters: readonly string[];
    }
  | { readonly type: 'response_received'; readonly purpose: RequestPurpose; readonly status: number }
  /** The signature of an ID Token, by a key of the server's key set. */
  | { readonly type: 'signature_checked'; readonly alg: string; readonly valid: boolean }
  | { readonly type: 'session_saved' }
  | { readonly type: 'logged_in' }
  | { readonly type: 'login_failed'; readonly code: FailureCode }
  | { readonly type: 'logged_out' };

export type RequestPurpose = Purpose | 'key_set' | 'userinfo' | 'revocation' | 'api';

export type Tell = (event: StepEvent, loginId?: LoginId) => void;

/** A trace must not disturb what it watches: what its listener throws, at once or later, is dropped. */
export const tellerOf =
  ({ onStep, clock }: Pick<Ports, 'onStep' | 'clock'>): Tell =>
  (event, loginId) => {
    try {
      const step = { now: clock.now(), ...(loginId !== undefined && { loginId }), ...event };
      Promise.resolve(onStep?.(step)).catch(() => {});
    } catch {}
  };

/** The URL that the person is sent to, without its values. */
export function opened(url: string): StepEvent {
  const [base = '', query = ''] = url.split('?', 2);
  return { type: 'user_agent_opened', url: base, parameters: namesIn(query) };
}

export const sent = (
  purpose: RequestPurpose,
  { method, url, body = '' }: { readonly method: string; readonly url: string; readonly body?: string | undefined },
): StepEvent => ({
  type: 'request_sent',
  purpose,
  method,
  url: addressOf({ url }),
  parameters: namesIn(body),
});

/** Without its query: an address that may be shown. */
export const addressOf = ({ url }: { readonly url: string }): string => url.split(/[?#]/, 1)[0] ?? '';

const namesIn = (form: string): readonly string[] =>
  form.split('&').flatMap((pair) => (pair === '' ? [] : [pair.split('=', 1)[0] ?? '']));
