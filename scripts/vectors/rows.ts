/** What every group of vectors needs: rows, outcomes, and the one client and server that the rows speak of. */
import * as core from '@proofkey/core';

// biome-ignore lint/suspicious/noExplicitAny: rows are read as they are written, each group has its own members
export type Row = Record<string, any>;
export type Outcome = { readonly kind: string; readonly values?: Row };
/** Undefined for a row of a part that is still to come. */
export type Runner = (row: Row, file: Row) => Outcome | undefined | Promise<Outcome | undefined>;
export type Runners = Readonly<Record<string, Runner>>;

export const SETTINGS: core.ClientSettings = { clientId: 's6BhdRkqt3' };
export const ISSUER = 'https://as.example.com/';
export const SERVER: core.ServerMetadata & { readonly tokenEndpoint: string } = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}authorize`,
  tokenEndpoint: `${ISSUER}oauth/token`,
  jwksUri: null,
};
export const REJECT: Outcome = { kind: 'reject' };
export const NOW = 1767225600;
export const numeric = (seconds: number): core.NumericDate => seconds as core.NumericDate;
export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number(`0x${pair}`));
/** What a sound random source gives; fixed, so that two runs print the same. */
export const ENTROPY = Uint8Array.from({ length: core.ENTROPY_LENGTH }, (_, index) => (index * 37 + 11) % 251);
export const options = (more: Row): core.LoginOptions =>
  ({ redirectUri: 'https://client.example.org/cb', scope: ['openid'], ...more }) as core.LoginOptions;

/** A failure -> the kind of outcome that vector files speak of. */
export function refused({ failure }: core.Refusal, now: core.NumericDate = numeric(NOW)): Outcome {
  const { oauth, http } = failure;
  const retry_at = core.retryAtOf(failure, now);
  if (failure.kind === 'oauth_error') {
    return { kind: 'oauth_error', values: { ...oauth, extra: oauth?.additional, retry_at, ...http } };
  }
  return failure.code === 'http_error' ? { kind: 'http_error', values: { ...http, retry_at } } : REJECT;
}
export const outcomeOf = <T>(result: core.Result<T>, values: (value: T) => Row = () => ({})): Outcome =>
  result.ok ? { kind: 'accept', values: values(result.value) } : refused(result);

export const formOf = (text: string): Row => {
  const form: Row = {};
  for (const [name, value] of new URLSearchParams(text)) form[name] = name in form ? [form[name], value].flat() : value;
  return form;
};
export const created = (more: Row, entropy: Uint8Array = ENTROPY, now: number = NOW): core.Result<core.Transaction> =>
  core.createTransaction({ ...SETTINGS, server: SERVER }, options(more), entropy, numeric(now));

const camel = (name: string): string =>
  name.replace(/_s$/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
export const camelKeys = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));
export const jsonResponse = (body: unknown): core.HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What a store holds of the login that a row describes: the documented form of a transaction or its receipt. */
export function storedTransaction(row: Row): Row {
  const base = created({}, ENTROPY, row['created_at']);
  if (!base.ok) throw new Error(base.failure.message);
  const { issuer = ISSUER, iss_parameter_supported: issParameterSupported = false, consumed_at } = row;
  const given: Row = { redirectUri: row['redirect_uri'], codeVerifier: row['code_verifier'], state: row['state'] };
  const transaction = { ...base.value, server: { ...SERVER, issuer, issParameterSupported } };
  for (const name of Object.keys(given)) Object.assign(transaction, given[name] && { [name]: given[name] });
  Object.assign(transaction, { responseMode: row['response_mode'] ?? 'query' });
  return consumed_at === undefined ? transaction : core.receiptOf(transaction);
}

export function thawed(row: Row): core.Transaction {
  const found = core.thawTransaction(JSON.stringify(storedTransaction(row)), { ...SETTINGS, issuer: ISSUER });
  if (found.status !== 'present') throw new Error(`A stored transaction is ${found.status}.`);
  return found.transaction;
}
