/** What happened at the server, in order, without a secret. */
import type { DeviationName } from './deviations.ts';

export type Step =
  | 'metadata'
  | 'keys'
  | 'authorize'
  | 'login_page'
  | 'consent_page'
  | 'token'
  | 'refresh'
  | 'userinfo'
  | 'revoke'
  | 'logout'
  | 'unknown';

/** All of them. */
export const STEPS: readonly Step[] = [
  ...(['metadata', 'keys', 'authorize', 'login_page', 'consent_page', 'token'] as const),
  ...(['refresh', 'userinfo', 'revoke', 'logout', 'unknown'] as const),
];

export interface LogEntry {
  /** 1 for the first request that arrived. */
  readonly number: number;
  readonly step: Step;
  readonly method: string;
  /** Without parameters. */
  readonly path: string;
  readonly status: number;
  /** The OAuth error that was answered. */
  readonly error?: string;
  /** Which login it belongs to: 1 for the first authorization request. */
  readonly login?: number;
  /** The deviations that changed this answer. */
  readonly deviations?: readonly DeviationName[];
  /** The answer never arrived. */
  readonly lost?: true;
}
