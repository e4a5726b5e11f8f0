/** Everything that can go wrong, as data. RFC 6749, sections 4.1.2.1 and 5.2. */
import type { FailureCode, FailureCodes, FailureKind, UntrustedCode } from './failure-code.ts';

export type * from './failure-code.ts';

/**
 * What went wrong. Never carries a token, a code, a verifier, a nonce or a state.
 *
 * `kind` says whose doing it is, `recovery` what the application should do next, and `code` is the one stable name to
 * branch on. The long texts are in `@proofkey/core/explain`.
 */
export type Failure = {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly recovery: Recovery;
  /** False when the person has to log in again before anything else works. */
  readonly sessionSurvives: boolean;
  /** One short sentence and a link. */
  readonly message: string;
  /** What the authorization server said, when `kind` is `oauth_error`. Untrusted text: never render it as HTML. */
  readonly oauth?: OAuthError;
  /** How the endpoint answered, when the answer was no success. */
  readonly http?: HttpFailure | undefined;
  /** Where: the setting that is wrong, or the address of the endpoint, without its query. */
  readonly at?: string | undefined;
  /** The platform's own name for the reason, such as `ECONNREFUSED`, or of what it lacks, such as `ES256`. */
  readonly system?: string | undefined;
  /** Seconds that the server's clock is ahead of this device's, when a time was refused; negative when it is behind. */
  readonly clockOffset?: number | undefined;
  /** What a login has to ask for, so that an API gives what it refused. `login({ stepUp: failure })` takes it. */
  readonly stepUp?: StepUp | undefined;
};

/** RFC 9470, section 4; RFC 6750, section 3. */
export type StepUp = {
  readonly acrValues?: readonly string[];
  /** Seconds since the person last authenticated, at most. */
  readonly maxAge?: number;
  readonly scope?: readonly string[];
};

type More = Partial<Pick<Failure, 'oauth' | 'http' | 'sessionSurvives' | 'clockOffset' | 'stepUp'>>;

export type OAuthError = {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_uri?: string | undefined;
  /** Further members, such as `mfa_token`. Not enumerable, so that printing a failure does not print them. */
  readonly additional?: Readonly<Record<string, unknown>>;
};

export type HttpFailure = {
  readonly status: number;
  /** What the server says about asking again, unread: see `retryAtOf`. */
  readonly retryAfter?: string | undefined;
  /** The first authentication scheme of `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
};

export type Recovery = 'log_in_again' | 'retry' | 'wait_online' | 'fix_configuration' | 'report' | 'none';

export type Refusal = { readonly ok: false; readonly failure: Failure };
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

const LINK = 'https://github.com/proofkey/proofkey/blob/main/docs/failures.md#';

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Makes a refusal. Its sentence is made of the code, so that production bundles carry no texts. */
export function refusalOf<K extends FailureKind>(
  kind: K,
  code: FailureCodes[K],
  recovery: Recovery,
  more?: More,
): Refusal {
  const said = more?.oauth;
  const sentence = said ? `The authorization server answered "${said.error}"` : code.replace(/_/g, ' ');
  const message = `${sentence}. See ${LINK}${code}`;
  return { ok: false, failure: { kind, code, recovery, sessionSurvives: true, message, ...more } };
}

/** The same failure, and where it was or what the platform calls it. */
export function locate(failure: Failure, { at, system }: Pick<Failure, 'at' | 'system'>): Failure {
  const more = { ...failure, ...(at !== undefined && { at }), ...(system !== undefined && { system }) };
  const end = `. See ${LINK}${failure.code}`;
  const { message } = failure;
  const place = placeOf(failure) + end;
  const sentence = message.slice(0, -(message.endsWith(place) ? place : end).length);
  return { ...more, message: sentence + placeOf(more) + end };
}

/** In brackets, after the sentence that says what happened. */
export function placeOf({ at, system, clockOffset = 0 }: Pick<Failure, 'at' | 'system' | 'clockOffset'>): string {
  const place = [at, system, clockOffset && clockText(clockOffset)].filter(Boolean).join(', ');
  return place && ` (${place})`;
}

/** 840 -> "this device's clock is 14 minutes slow". */
function clockText(offset: number): string {
  const seconds = Math.abs(offset);
  const [size, unit] = UNITS.find(([least]) => seconds >= 1.9 * least) ?? [1, 'seconds'];
  return `this device's clock is ${Math.round(seconds / size)} ${unit} ${offset > 0 ? 'slow' : 'fast'}`;
}

const UNITS = [
  [86_400, 'days'],
  [3600, 'hours'],
  [60, 'minutes'],
] as const;

export const untrusted = (code: UntrustedCode, recovery: Recovery = 'report', more?: More): Refusal =>
  refusalOf('untrusted_response', code, recovery, more);

export const misuse = (code: FailureCodes['misuse'], recovery: Recovery = 'fix_configuration'): Refusal =>
  refusalOf('misuse', code, recovery);
