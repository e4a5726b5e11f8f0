/** Vector file -> one JSON object: what the public functions do with every row. Exit 0, or 2 if it cannot be read. */
import { readFileSync } from 'node:fs';
import { buildRevoke } from '@proofkey/api';
import * as core from '@proofkey/core';
import { signatureVerifier } from '@proofkey/node';

// biome-ignore lint/suspicious/noExplicitAny: rows are read as they are written, each group has its own members
type Row = Record<string, any>;
type Outcome = { readonly kind: string; readonly values?: Row };
type Runner = (row: Row, file: Row) => Outcome | undefined | Promise<Outcome | undefined>;

const SETTINGS = { clientId: 's6BhdRkqt3' };
const ISSUER = 'https://as.example.com/';
const SERVER = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}authorize`,
  tokenEndpoint: `${ISSUER}oauth/token`,
  jwksUri: null,
};
const REJECT: Outcome = { kind: 'reject' };
const NOW = 1767225600;
const numeric = (seconds: number): core.NumericDate => seconds as core.NumericDate;
const octets = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number(`0x${pair}`));
/** What a sound random source gives; fixed, so that two runs print the same. */
const ENTROPY = Uint8Array.from({ length: core.ENTROPY_LENGTH }, (_, index) => (index * 37 + 11) % 251);
const options = (more: Row): core.LoginOptions =>
  ({ redirectUri: 'https://client.example.org/cb', scope: ['openid'], ...more }) as core.LoginOptions;

/** A failure -> the kind of outcome that vector files speak of. */
function refused({ failure }: core.Refusal, now: core.NumericDate = numeric(NOW)): Outcome {
  const { oauth, http } = failure;
  const retry_at = core.retryAtOf(failure, now);
  if (failure.kind === 'oauth_error') {
    return { kind: 'oauth_error', values: { ...oauth, extra: oauth?.additional, retry_at, ...http } };
  }
  return failure.code === 'http_error' ? { kind: 'http_error', values: { ...http, retry_at } } : REJECT;
}
const outcomeOf = <T>(result: core.Result<T>, values: (value: T) => Row = () => ({})): Outcome =>
  result.ok ? { kind: 'accept', values: values(result.value) } : refused(result);

const formOf = (text: string): Row => {
  const form: Row = {};
  for (const [name, value] of new URLSearchParams(text)) form[name] = name in form ? [form[name], value].flat() : value;
  return form;
};
const created = (more: Row, entropy: Uint8Array = ENTROPY, now: number = NOW): core.Result<core.Transaction> =>
  core.createTransaction({ ...SETTINGS, server: SERVER }, options(more), entropy, numeric(now));

const RUNNERS: Readonly<Record<string, Runner>> = {
  pkce(row) {
    if (row['rng'] !== undefined) return outcomeOf(created({}, octets(row['octets_hex'] ?? '')));
    const made = row['octets_hex'] === undefined ? undefined : core.codeVerifierFrom(octets(row['octets_hex']));
    if (made && !made.ok) return refused(made);
    const verifier = made?.value ?? row['code_verifier'];
    const challenge = core.codeChallengeFor(verifier);
    const url = authorizationUrlFor({}, {});
    if (!challenge.ok || !url.ok) return outcomeOf(challenge);
    // A client sends S256 and its own challenge: anything else is refused by never being produced.
    const code_challenge_method = new URL(url.value).searchParams.get('code_challenge_method');
    const values: Row = { code_verifier: verifier, code_challenge: challenge.value, code_challenge_method };
    return Object.keys(values).every((name) => (row[name] ?? values[name]) === values[name])
      ? { kind: 'accept', values }
      : REJECT;
  },
  pkce_metadata: (row) => outcomeOf(core.readServerMetadata(jsonResponse({ ...METADATA, ...row['metadata'] }), ISSUER)),
  discovery: (row) => outcomeOf(core.readServerMetadata(row['response'], row['expected_issuer'])),
  well_known_url: (row) =>
    outcomeOf(core.wellKnownUrls(row['issuer']), (urls) => ({
      openid_configuration: urls.openidConfiguration,
      oauth_authorization_server: urls.oauthAuthorizationServer,
    })),
  redirect_uri: (row) => outcomeOf(core.checkRedirectUri(row['redirect_uri'])),
  callback(row) {
    const stored = row['transaction'] === null ? null : JSON.stringify(storedTransaction(row['transaction']));
    const issuer = row['transaction']?.issuer ?? ISSUER;
    const state = core.resumeLogin(core.thawTransaction(stored, { ...SETTINGS, issuer }));
    if (state.status !== 'awaiting_callback') return REJECT;
    const { transaction } = state;
    const code = core.readAuthorizationResponse(SETTINGS, transaction, row['callback_url'], numeric(row['now']));
    // A callback that is not ours leaves the transaction as it is.
    const consumes = core.isOurCallback(transaction, row['callback_url']);
    const outcome = outcomeOf(code, (value) => ({ code: value }));
    return { ...outcome, values: { ...outcome.values, consumes_transaction: consumes } };
  },
  authorization_request(row) {
    const { authorization_endpoint, client_id, ...rest } = row['input'];
    const url = authorizationUrlFor({ authorizationEndpoint: authorization_endpoint }, camelKeys(rest), client_id);
    return outcomeOf(url, (value) => ({ form: formOf(new URL(value).search), raw: value }));
  },
  token_request({ input }) {
    const { grant, refresh_token, token, code, code_verifier, redirect_uri, device_code, ...rest } = input;
    const { tokenEndpoint } = SERVER;
    const requests: Readonly<Record<string, () => core.HttpRequest>> = {
      authorization_code: () => core.codeExchangeRequest(SETTINGS, thawed({ redirect_uri, code_verifier }), code),
      refresh_token: () => core.refreshRequest(SETTINGS, tokenEndpoint, refresh_token, rest),
      device_code: () => core.deviceCodeRequest(SETTINGS, tokenEndpoint, device_code),
      revoke: () => buildRevoke(ISSUER, { client_id: SETTINGS.clientId, token, token_type_hint: 'refresh_token' }),
    };
    const request = requests[grant]?.();
    if (!request) return undefined;
    const { method, headers, body: raw = '' } = request;
    return { kind: 'accept', values: { method, headers, form: formOf(raw), raw } };
  },
  token_response(row) {
    const { grant_type, scope = '', dpop, openid, refresh_token } = row['request'];
    if (dpop || row['response'].network !== undefined) return undefined;
    const scopes = [...String(scope).split(' '), ...(openid ? ['openid'] : [])].filter(Boolean);
    const [response, now] = [row['response'] as core.HttpResponse, numeric(row['now'])];
    const values = ({ expiresAt, scope: granted, refreshToken }: core.TokenAnswer | core.Tokens): Row => ({
      expires_at: expiresAt,
      scope: granted.join(' '),
      refresh_token: refreshToken,
    });
    if (grant_type === 'authorization_code') {
      const made = created({ scope: scopes });
      return outcomeOf(made.ok ? core.readCodeExchangeResponse(SETTINGS, made.value, response, now) : made, values);
    }
    return grant_type === 'refresh_token'
      ? outcomeOf(core.readRefreshResponse(SETTINGS, storedSession(refresh_token, scopes), response, now), values)
      : outcomeOf(core.readTokenResponse(response, scopes, [], now), values);
  },
  async id_token(row, file) {
    const { context } = row;
    const { expected_algs: signingAlgorithms, essential_acr_values: acrValues, original_claims: original } = context;
    const given = { ...camelKeys(context), signingAlgorithms, acrValues, original };
    const [settings, expected] = [given, given] as unknown as [core.ClientSettings, core.ExpectedIdToken];
    const token = core.validateIdToken(settings, expected, row['jwt'], numeric(context.now));
    if (!token.ok) return refused(token);
    const keys = core.readKeySet(jsonResponse(file['jwks'][context.jwks]));
    const fitting = keys.ok ? core.selectKeys(keys.value, token.value.jwt) : keys;
    if (!fitting.ok) return refused(fitting);
    const { jwt, accessTokenHash } = token.value;
    for (const key of fitting.value) {
      const effect = { ...jwt, type: 'verify_signature', key, accessTokenHash } as const;
      if (await signatureVerifier.verify(effect)) return { kind: 'accept' };
    }
    return REJECT;
  },
  log_redaction: (row) => ({ kind: 'accept', values: { text: JSON.stringify(core.redact(row['value'])) } }),
};

const camel = (name: string): string =>
  name.replace(/_s$/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const camelKeys = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));
const METADATA = { issuer: ISSUER, authorization_endpoint: `${ISSUER}authorize`, token_endpoint: `${ISSUER}token` };
const jsonResponse = (body: unknown): core.HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function authorizationUrlFor(server: Row, more: Row, clientId: string = SETTINGS.clientId): core.Result<string> {
  const settings = { clientId, server: { ...SERVER, ...server } };
  const made = core.createTransaction(settings, options(more), ENTROPY, numeric(NOW));
  return made.ok ? core.authorizationUrl(settings, options(more), made.value) : made;
}

/** What a store holds of the login that a row describes: the documented form of a transaction or its receipt. */
function storedTransaction(row: Row): Row {
  const base = created({}, ENTROPY, row['created_at']);
  if (!base.ok) throw new Error(base.failure.message);
  const { issuer = ISSUER, iss_parameter_supported: issParameterSupported = false, consumed_at } = row;
  const given: Row = { redirectUri: row['redirect_uri'], codeVerifier: row['code_verifier'], state: row['state'] };
  const transaction = { ...base.value, server: { ...SERVER, issuer, issParameterSupported } };
  for (const name of Object.keys(given)) Object.assign(transaction, given[name] && { [name]: given[name] });
  Object.assign(transaction, { responseMode: row['response_mode'] ?? 'query' });
  return consumed_at === undefined ? transaction : core.receiptOf(transaction);
}

function thawed(row: Row): core.Transaction {
  const found = core.thawTransaction(JSON.stringify(storedTransaction(row)), { ...SETTINGS, issuer: ISSUER });
  if (found.status !== 'present') throw new Error(`A stored transaction is ${found.status}.`);
  return found.transaction;
}

function storedSession(refreshToken: string, scope: readonly string[]): core.Session {
  const grant = { refreshToken, scope, journal: null };
  const record = { version: 1, issuer: ISSUER, ...SETTINGS, loginId: 'vector', revision: 1, sub: null, idToken: null };
  const found = core.thawSession(JSON.stringify({ ...record, grant, tokenSets: {} }), { ...SETTINGS, issuer: ISSUER });
  if (found.status !== 'present') throw new Error(`A stored session is ${found.status}.`);
  return found.session;
}

/** Proven by tests that are named with the row's id: they need a session, a retry or a poll. */
const STATEFUL = ['session', 'retry', 'retryable', 'discard', 'poll', 'stored_scope_unchanged', 'dpop_nonce'];

/** Done on the text, so that no member name is touched; what is repeated is a letter or a bracket. */
const expand = (row: Row): Row =>
  JSON.parse(JSON.stringify(row).replace(/<<repeat:(.+?):(\d+)>>/g, (_, text, times) => text.repeat(Number(times))));

const same = (expected: unknown, found: unknown): boolean =>
  typeof expected === 'string' && /^<\w+>$/.test(expected)
    ? typeof found === 'string' && found.length >= 43
    : JSON.stringify(expected) === JSON.stringify(found);
const holds = (expected: Row = {}, found: Row = {}): boolean =>
  Object.entries(expected).every(([name, value]) => STATEFUL.includes(name) || same(value, found[name]));
/** The row's own statements about what is returned, read only now. */
function valuesHold(row: Row, values: Row): boolean {
  const { form, raw = '', headers, text = '' } = values;
  const { repeated = {}, must_not_contain: secrets = [], raw_contains = '', params = row['form'] } = row;
  const stated = Object.keys(values).filter((name) => name in row && typeof values[name] !== 'object');
  return (
    stated.every((name) => same(row[name], values[name])) &&
    [holds(row['result'], values), holds(row['headers'], headers), holds(params, form)].every(Boolean) &&
    (params === undefined || Object.keys(form).every((name) => name in params)) &&
    Object.entries(repeated).every(([name, count]) => [form?.[name]].flat().length === count) &&
    raw.includes(raw_contains) &&
    secrets.every((secret: string) => !text.includes(secret))
  );
}

type Tally = { run: number; as_expected: number } & Record<List, string[]>;
type List = 'wrongly_accepted' | 'wrongly_refused' | 'different_result' | 'not_supported';

async function tallyOf(rows: readonly Row[], runner: Runner | undefined, file: Row): Promise<Tally> {
  const [wrongly_accepted, wrongly_refused, different_result, not_supported]: string[][] = [[], [], [], []];
  const tally = { run: 0, as_expected: 0, wrongly_accepted, wrongly_refused, different_result, not_supported } as Tally;
  for (const row of rows.map(expand)) {
    const outcome = await Promise.resolve(row)
      .then((given) => runner?.(given, file))
      .catch(() => ({ kind: 'thrown' }));
    if (outcome) tally.run++;
    const list = outcome ? listOf(row, outcome) : 'not_supported';
    if (list) tally[list].push(row['id']);
    else tally.as_expected++;
  }
  return tally;
}

/** Where a row belongs that did not come out as expected. */
function listOf(row: Row, { kind, values = {} }: Outcome): List | undefined {
  const { expect } = row;
  if (expect === 'either' || (kind === expect && valuesHold(row, values))) return undefined;
  if (kind === 'accept' && expect !== 'accept') return 'wrongly_accepted';
  return expect === 'accept' && kind !== 'accept' ? 'wrongly_refused' : 'different_result';
}

try {
  const file: Row = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const groups: Record<string, Tally> = {};
  for (const [name, rows] of Object.entries<Row[]>(file['groups'])) {
    groups[name] = await tallyOf(rows, RUNNERS[name], file);
  }
  process.stdout.write(`${JSON.stringify({ groups })}\n`);
} catch {
  process.stderr.write(`Cannot read ${process.argv[2] ?? 'a file: none was named'}. Usage: pnpm vectors FILE\n`);
  process.exitCode = 2;
}
