/** One login under way <-> the text that is stored while the person is away. RFC 6749, section 10.12. */
import { parseObject } from './json.ts';
import type { LoginOptions } from './login-options.ts';
import { isCodeVerifier } from './pkce.ts';
import { isAbsentOr, isText, isTexts } from './records.ts';
import { checkServerMetadata, type ServerMetadata } from './server-metadata.ts';
import type { CodeVerifier, LoginId, Nonce, NumericDate, State } from './values.ts';

/**
 * One login, from the authorization request to the token response.
 *
 * This is all that must outlive the trip to the authorization server; finishing needs no discovery. It holds the code
 * verifier, so it belongs where only this user agent can read it.
 */
export type Transaction = {
  readonly version: 1;
  readonly clientId: string;
  /** Where the person was sent, and where the code may go: endpoints never change while a login is under way. */
  readonly server: ServerMetadata;
  readonly loginId: LoginId;
  readonly state: State;
  /** Sent, and expected in the ID Token, when `openid` is asked for. */
  readonly nonce?: Nonce | undefined;
  readonly codeVerifier: CodeVerifier;
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'fragment';
  readonly scope: readonly string[];
  /** Names the token set of the first access token: the audience, the resources, or nothing. */
  readonly tokenSet: string;
  /** What the ID Token has to show, because it was asked for. */
  readonly expects: Expectations;
  /** The application's own data: kept here, never sent. */
  readonly appState?: unknown;
  readonly startedAt: NumericDate;
  readonly expiresAt: NumericDate;
};

export type Expectations = {
  /** Seconds since the person last authenticated, at most. 0 counts. */
  readonly maxAge?: number | undefined;
  readonly authTime?: boolean | undefined;
  readonly acrValues?: readonly string[] | undefined;
  readonly organization?: string | undefined;
};

/** What is left of a transaction when it is spent: enough for a calm answer to a reload, nothing to log in with. */
export type TransactionReceipt = {
  readonly version: 1;
  readonly spent: true;
  readonly issuer: string;
  readonly clientId: string;
  readonly loginId: LoginId;
  readonly state: State;
  readonly redirectUri: string;
  readonly responseMode: Transaction['responseMode'];
  readonly appState?: unknown;
  readonly expiresAt: NumericDate;
};

/** What was found under a key. Corrupt, foreign and newer data is neither used nor deleted. */
export type ThawedTransaction =
  | { readonly status: 'present'; readonly transaction: Transaction }
  | { readonly status: 'spent'; readonly receipt: TransactionReceipt }
  | { readonly status: 'absent' | 'corrupt' | 'foreign' | 'newer' };

export const freezeTransaction = (record: Transaction | TransactionReceipt): string => JSON.stringify(record);

/** @returns what replaces the transaction when it is spent: no verifier, no nonce. */
export function receiptOf({ clientId, server, ...transaction }: Transaction): TransactionReceipt {
  const { loginId, state, redirectUri, responseMode, appState, expiresAt } = transaction;
  const kept = { loginId, state, redirectUri, responseMode, appState, expiresAt };
  return { version: 1, spent: true, issuer: server.issuer, clientId, ...kept };
}

/**
 * May a login that was left end in the place of one that was begun later? Only if both asked for the same, and the
 * later one not for a person who logs in anew.
 */
export const standsIn = (left: Transaction, begun: Transaction, prompt: LoginOptions['prompt']): boolean =>
  askedFor(left) === askedFor(begun) && ![prompt].flat().includes('login');

const askedFor = ({ scope, tokenSet, expects }: Transaction): string => JSON.stringify([scope, tokenSet, expects]);

/** Reads back what {@link freezeTransaction} wrote, for this client and this issuer only. */
export function thawTransaction(
  text: string | null,
  { clientId, issuer }: { readonly clientId: string; readonly issuer: string },
): ThawedTransaction {
  if (text === null) return { status: 'absent' };
  const record: Partial<Transaction & TransactionReceipt> = parseObject(text) ?? {};
  if (typeof record.version === 'number' && record.version > 1) return { status: 'newer' };
  if (record.version !== 1 || !isRecord(record)) return { status: 'corrupt' };
  const from = record.spent ? record.issuer : record.server?.issuer;
  if (record.clientId !== clientId || from !== issuer) return { status: 'foreign' };
  if (record.spent) return { status: 'spent', receipt: record as TransactionReceipt };
  return isTransaction(record) ? { status: 'present', transaction: record as Transaction } : { status: 'corrupt' };
}

function isRecord({ clientId, loginId, state, redirectUri, responseMode, expiresAt }: Partial<Transaction>): boolean {
  const texts = [clientId, loginId, state, redirectUri].every(isText);
  return texts && (responseMode === 'query' || responseMode === 'fragment') && Number.isFinite(expiresAt);
}

function isTransaction({ server, expects, ...record }: Partial<Transaction>): boolean {
  return (
    checkServerMetadata(server as ServerMetadata) === undefined &&
    isCodeVerifier(record.codeVerifier) &&
    isTexts(record.scope) &&
    isText(record.nonce) === record.scope?.includes('openid') &&
    // As when it began: whether signatures are checked is never decided by leaving something out.
    (!record.nonce || 'jwksUri' in (server as ServerMetadata)) &&
    typeof record.tokenSet === 'string' &&
    Number.isFinite(record.startedAt) &&
    expects instanceof Object &&
    isAbsentOr(Number.isFinite, expects.maxAge) &&
    isAbsentOr(isTexts, expects.acrValues) &&
    isAbsentOr(isText, expects.organization)
  );
}
