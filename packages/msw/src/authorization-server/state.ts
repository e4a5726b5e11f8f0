/** Everything that the server remembers: plain data, replaced and never changed. */
import type { JsonWebKey } from '@proofkey/api';
import type { DeviationName } from './deviations.ts';
import type { LogEntry, Step } from './log.ts';
import type { Misuse } from './misuse.ts';
import type { ServerSettings } from './settings.ts';

/** The public half of a key that signs. RFC 7517. */
export interface ServerKey {
  readonly kid: string;
  readonly alg: string;
  readonly jwk: JsonWebKey;
}

/** Somebody who is logged in at the server, in one browser. */
export interface PersonSession {
  /** The value of the cookie. */
  readonly id: string;
  readonly sub: string;
  /** The claim `sid`. */
  readonly sid: string;
  /** When the person logged in. */
  readonly authTime: number;
}

/** An authorization request that was found sound. RFC 6749, section 4.1.1; OIDC Core, section 3.1.2.1. */
export interface SoundRequest {
  readonly login: number;
  /** The step in which it arrived. */
  readonly step: number;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Was it in the request? Then the token request has to repeat it. */
  readonly redirectUriSent: boolean;
  readonly responseMode: string;
  readonly scope: readonly string[];
  readonly audience?: string;
  /** When `audience` is not the only API: a token request may name one of all. RFC 8707, section 2.2. */
  readonly resources?: readonly string[];
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: string;
  readonly prompt: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
  readonly loginHint?: string;
  /** The `sub` of `id_token_hint`. */
  readonly subHint?: string;
  readonly acr?: string;
}

/** What a later request is compared with. A login may have come of it, or an error. */
export type SeenRequest = Pick<
  SoundRequest,
  'login' | 'step' | 'prompt' | 'state' | 'nonce' | 'codeChallenge' | 'codeChallengeMethod'
>;

/** A page that waits for its person. */
export interface Interaction {
  readonly id: string;
  readonly expiresAt: number;
  readonly request: SoundRequest;
  /** Who logged in on the page before; absent on the login page. */
  readonly session?: PersonSession;
  /** Of a login page: the value of the cookie of the browser that it was made for. */
  readonly secret?: string;
}

export interface Consent {
  readonly clientId: string;
  readonly sub: string;
  readonly scope: readonly string[];
}

/** What a client must not do with an answer that a deviation has spoiled. */
export interface Trap {
  readonly deviation: DeviationName;
  /** The step in which the spoiled answer left. */
  readonly step: number;
}

export interface AccessToken {
  /** The token itself, or the `jti` of one that is a JWT. */
  readonly id: string;
  readonly expiresAt: number;
  readonly scope: readonly string[];
  readonly audience?: string;
  readonly trap?: Trap;
}

export interface RefreshToken {
  readonly value: string;
  readonly expiresAt: number;
  /** The first time; with `lost`, the client never had an answer, and has not asked again since. */
  readonly used?: { readonly step: number; readonly at: number; readonly lost?: true };
  /** The refresh token whose use gave this one. */
  readonly from?: string;
  readonly trap?: Trap;
}

/** One login that was granted: its code, and everything that came of it. */
export interface Authorization {
  readonly request: SoundRequest;
  readonly session: PersonSession;
  readonly scope: readonly string[];
  readonly code: {
    readonly value: string;
    readonly expiresAt: number;
    /** The step in which it was sent first, whether or not that worked. */
    readonly sentIn?: number;
    /** It is of no use any more: it has issued tokens, or came with a wrong verifier. */
    readonly spent?: true;
  };
  readonly accessTokens: readonly AccessToken[];
  /** The newest is the last. */
  readonly refreshTokens: readonly RefreshToken[];
  /** Why nothing of it is worth anything any more. */
  readonly revoked?: 'code_replay' | 'refresh_reuse' | 'revocation' | 'logout';
  /** The step that issued tokens last. */
  readonly lastStep?: number;
  readonly trap?: Trap;
}

/** How the next request of a kind goes wrong. */
export type Failing =
  | { readonly type: 'error'; readonly error: string; readonly status?: number }
  | { readonly type: 'status'; readonly status: number }
  /** It is worked on, but the answer is lost. */
  | { readonly type: 'drop' };

export interface ServerState {
  readonly settings: ServerSettings;
  /** The last one signs; all are published. */
  readonly keys: readonly ServerKey[];
  readonly sessions: readonly PersonSession[];
  readonly interactions: readonly Interaction[];
  readonly consents: readonly Consent[];
  readonly authorizations: readonly Authorization[];
  readonly requests: readonly SeenRequest[];
  readonly deviations: readonly DeviationName[];
  readonly failing: { readonly [step in Step]?: readonly Failing[] };
  /** What the next authorization request meets, when metadata was spoiled. */
  readonly metadataTrap?: Trap;
  /** How many requests have arrived. */
  readonly steps: number;
  /** How many authorization requests have. */
  readonly logins: number;
  readonly log: readonly LogEntry[];
  readonly misuses: readonly Misuse[];
}

/**
 * How many of each are remembered; the oldest go first. That keeps ten thousand logins in constant memory.
 *
 * Access and refresh tokens count for each login, misuses for each code. Of access tokens the expired go before the
 * oldest. A refresh token older than the newest `refreshTokens` of its login is unknown: that it is used again is not
 * seen any more, and revokes nothing.
 */
export const LIMITS: {
  readonly authorizations: number;
  readonly requests: number;
  readonly accessTokens: number;
  readonly refreshTokens: number;
  readonly sessions: number;
  readonly interactions: number;
  readonly consents: number;
  readonly log: number;
  readonly misuses: number;
} = {
  ...{ authorizations: 200, requests: 500, accessTokens: 50, refreshTokens: 500 },
  ...{ sessions: 100, interactions: 100, consents: 100, log: 1000, misuses: 100 },
};

/** A new server, that nobody has logged in at. */
export const createState = (
  settings: ServerSettings,
  keys: readonly ServerKey[],
  consents: readonly Consent[] = [],
): ServerState => ({
  settings,
  keys,
  sessions: [],
  interactions: [],
  consents,
  authorizations: [],
  requests: [],
  deviations: [],
  failing: {},
  steps: 0,
  logins: 0,
  log: [],
  misuses: [],
});

/** A list and one more at its end, without the oldest beyond the limit. */
export const appended = <T>(list: readonly T[], one: T, limit: number): readonly T[] => [
  ...(list.length < limit ? list : list.slice(list.length - limit + 1)),
  one,
];
