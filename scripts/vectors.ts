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
};
const REJECT: Outcome = { kind: 'reject' };
const NOW = 1767225600;
const numeric = (seconds: number): core.NumericDate => seconds as core.NumericDate;
const octets = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
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

const responseOf = ({ status, headers, body }: Row): core.HttpResponse => ({ status, headers, body });
const formOf = (text: string): Row => {
  const form: Row = {};
  for (const [name, value] of new URLSearchParams(text)) form[name] = name in form ? [form[name], value].flat() : value;
  return form;
};
const requestValues = (request: core.HttpRequest): Row => ({
  method: request.method,
  headers: request.headers,
  form: formOf(request.body ?? ''),
  raw: request.body,
});

const RUNNERS: Readonly<Record<string, Runner>> = {
  pkce(row) {
    if (row['rng'] !== undefined) {
      const source = row['octets_hex'] === undefined ? new Uint8Array() : octets(row['octets_hex']);
      return outcomeOf(core.createTransaction({ ...SETTINGS, server: SERVER }, options({}), source, numeric(NOW)));
    }
    const made = row['octets_hex'] === undefined ? undefined : core.codeVerifierFrom(octets(row['octets_hex']));
    if (made && !made.ok) return refused(made);
    const verifier = made ? made.value : row['code_verifier'];
    if (made && row['code_verifier'] !== undefined && made.value !== row['code_verifier']) return { kind: 'different' };
    const challenge = core.codeChallengeFor(verifier);
    if (!challenge.ok || row['code_challenge'] === undefined) return outcomeOf(challenge);
    // A client only ever sends S256 and its own challenge: anything else is refused by never being produced.
    const url = authorizationUrlFor({}, {});
    const sent = new URL(url.ok ? url.value : 'about:blank').searchParams.get('code_challenge_method');
    const same = challenge.value === row['code_challenge'] && sent === (row['code_challenge_method'] ?? sent);
    return same ? { kind: 'accept', values: { code_challenge: challenge.value } } : REJECT;
  },
  pkce_metadata: (row) => outcomeOf(readMetadata({ ...METADATA, ...row['metadata'] }, ISSUER)),
  discovery: (row) => outcomeOf(core.readServerMetadata(responseOf(row['response']), row['expected_issuer'])),
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
    const { authorization_endpoint, client_id, redirect_uri, max_age, extra, ...rest } = row['input'];
    const typed: Row = { redirectUri: redirect_uri, maxAge: max_age, extra };
    for (const [name, value] of Object.entries(rest)) typed[camel(name)] = value;
    const url = authorizationUrlFor({ authorizationEndpoint: authorization_endpoint }, typed, client_id);
    return outcomeOf(url, (value) => ({ form: formOf(new URL(value).search), raw: value }));
  },
  token_request(row) {
    const { grant, refresh_token, token, code, code_verifier, redirect_uri, device_code, ...rest } = row['input'];
    const { tokenEndpoint } = SERVER;
    if (grant === 'authorization_code') {
      const stored = { ...storedTransaction({ redirect_uri }), codeVerifier: code_verifier };
      const thawed = core.thawTransaction(JSON.stringify(stored), { ...SETTINGS, issuer: ISSUER });
      if (thawed.status !== 'present') return REJECT;
      return { kind: 'accept', values: requestValues(core.codeExchangeRequest(SETTINGS, thawed.transaction, code)) };
    }
    const requests: Readonly<Record<string, () => core.HttpRequest>> = {
      refresh_token: () => core.refreshRequest(SETTINGS, tokenEndpoint, refresh_token, rest),
      device_code: () => core.deviceCodeRequest(SETTINGS, tokenEndpoint, device_code),
      revoke: () =>
        buildRevoke(`${ISSUER}revoke`, { client_id: SETTINGS.clientId, token, token_type_hint: 'refresh_token' }),
    };
    const request = requests[grant];
    return request && { kind: 'accept', values: requestValues(request()) };
  },
  token_response(row) {
    const { grant_type, scope = '', dpop, openid, refresh_token } = row['request'];
    if (dpop) return undefined;
    if (row['response'].network !== undefined) return undefined;
    const scopes = [...String(scope).split(' '), ...(openid ? ['openid'] : [])].filter(Boolean);
    const [response, now] = [responseOf(row['response']), numeric(row['now'])];
    const values = ({ expiresAt, scope: granted, refreshToken }: core.TokenAnswer | core.Tokens): Row => ({
      expires_at: expiresAt,
      scope: granted.join(' '),
      refresh_token: refreshToken,
    });
    if (grant_type === 'refresh_token') {
      const session = storedSession(refresh_token, scopes);
      return session && outcomeOf(core.readRefreshResponse(SETTINGS, session, response, now), values);
    }
    if (grant_type !== 'authorization_code') {
      return outcomeOf(core.readTokenResponse(response, scopes, [], now), values);
    }
    const made = core.createTransaction({ ...SETTINGS, server: SERVER }, options({ scope: scopes }), ENTROPY, now);
    return made.ok
      ? outcomeOf(core.readCodeExchangeResponse(SETTINGS, made.value, response, now), values)
      : refused(made);
  },
  async id_token(row, file) {
    const { context } = row;
    const settings = {
      clientId: context.client_id,
      clockTolerance: context.clock_tolerance_s,
      signingAlgorithms: context.expected_algs,
      trustedAudiences: context.trusted_audiences ?? [],
      maxIdTokenAge: context.max_id_token_age_s ?? Infinity,
    };
    const expected: core.ExpectedIdToken = {
      issuer: context.issuer,
      nonce: context.nonce,
      maxAge: context.max_age,
      acrValues: context.essential_acr_values,
      organization: context.organization,
      accessToken: context.access_token,
      original: context.original_claims,
    };
    const token = core.validateIdToken(settings, expected, row['jwt'], numeric(context.now));
    if (!token.ok) return refused(token);
    const keySet = { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
    const keys = core.readKeySet({ ...keySet, body: JSON.stringify(file['jwks'][context.jwks]) });
    const fitting = keys.ok ? core.selectKeys(keys.value, token.value.jwt) : keys;
    if (!fitting.ok) return refused(fitting);
    const { alg, input, signature } = token.value.jwt;
    const { accessTokenHash } = token.value;
    for (const key of fitting.value) {
      const effect = { type: 'verify_signature', alg, key, input, signature, accessTokenHash } as const;
      if (await signatureVerifier.verify(effect)) return { kind: 'accept' };
    }
    return REJECT;
  },
  log_redaction: (row) => ({ kind: 'accept', values: { text: JSON.stringify(core.redact(row['value'])) } }),
};

const METADATA = { issuer: ISSUER, authorization_endpoint: `${ISSUER}authorize`, token_endpoint: `${ISSUER}token` };
const readMetadata = (document: Row, issuer: string): core.Result<core.ServerMetadata> =>
  core.readServerMetadata(
    { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) },
    issuer,
  );
const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function authorizationUrlFor(server: Row, more: Row, clientId: string = SETTINGS.clientId): core.Result<string> {
  const settings = { clientId, server: { ...SERVER, ...server } };
  const present = Object.fromEntries(Object.entries(options(more)).filter(([, value]) => value !== undefined));
  const transaction = core.createTransaction(settings, present as core.LoginOptions, ENTROPY, numeric(NOW));
  return transaction.ok
    ? core.authorizationUrl(settings, present as core.LoginOptions, transaction.value)
    : transaction;
}

/** What a store holds of the login that a row describes: the documented form of a transaction or its receipt. */
function storedTransaction({ redirect_uri, state, issuer, response_mode, created_at, ...row }: Row): Row {
  const base = core.createTransaction(
    { ...SETTINGS, server: SERVER },
    options({}),
    ENTROPY,
    numeric(created_at ?? NOW),
  );
  if (!base.ok) throw new Error(base.failure.message);
  const transaction = {
    ...base.value,
    redirectUri: redirect_uri,
    state: state ?? base.value.state,
    issuer: issuer ?? ISSUER,
    responseMode: response_mode ?? 'query',
    issRequired: row['iss_parameter_supported'] ?? false,
  };
  return row['consumed_at'] === undefined ? transaction : core.receiptOf(transaction);
}

function storedSession(refreshToken: string, scope: readonly string[]): core.Session | undefined {
  const record = { version: 1, issuer: ISSUER, clientId: SETTINGS.clientId, loginId: 'vector', revision: 1, sub: null };
  const grant = { refreshToken, scope, journal: null };
  const text = JSON.stringify({ ...record, grant, tokenSets: {}, idToken: null });
  const thawed = core.thawSession(text, { ...SETTINGS, issuer: ISSUER });
  return thawed.status === 'present' ? thawed.session : undefined;
}

/** Proven by tests that are named with the row's id: they need a session, a retry or a poll. */
const STATEFUL = ['session', 'retry', 'retryable', 'discard', 'poll', 'stored_scope_unchanged', 'dpop_nonce'];

function expand(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/<<repeat:(.+?):(\d+)>>/g, (_, text: string, times: string) => text.repeat(Number(times)));
  }
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object' || value === null) return value;
  // Own members only, `__proto__` included.
  return Object.defineProperties({}, mapped(Object.getOwnPropertyDescriptors(value)));
}
const mapped = (members: Record<string, PropertyDescriptor>): PropertyDescriptorMap =>
  Object.fromEntries(Object.entries(members).map(([name, it]) => [name, { ...it, value: expand(it.value) }]));

const same = (expected: unknown, found: unknown): boolean =>
  typeof expected === 'string' && /^<\w+>$/.test(expected)
    ? typeof found === 'string' && found.length >= 43
    : JSON.stringify(expected) === JSON.stringify(found);
const holds = (expected: Row = {}, found: Row = {}): boolean =>
  Object.entries(expected).every(([name, value]) => STATEFUL.includes(name) || same(value, found[name]));
const holdsExactly = (expected: Row | undefined, found: Row = {}): boolean =>
  expected === undefined || (holds(expected, found) && Object.keys(found).every((name) => name in expected));

/** The row's own statements about what is returned, read only now. */
function valuesHold(row: Row, values: Row): boolean {
  const { form, raw = '', headers, method, text = '' } = values;
  return (
    holds(row['result'], values) &&
    holdsExactly(row['params'], form) &&
    holdsExactly(row['form'], form) &&
    holds(row['headers'], headers) &&
    (row['method'] === undefined || form === undefined || row['method'] === method) &&
    Object.entries(row['repeated'] ?? {}).every(([name, count]) => [form?.[name]].flat().length === count) &&
    raw.includes(row['raw_contains'] ?? '') &&
    (row['consumes_transaction'] ?? values['consumes_transaction']) === values['consumes_transaction'] &&
    ['code_challenge', 'openid_configuration', 'oauth_authorization_server'].every(
      (name) => row[name] === undefined || values[name] === undefined || row[name] === values[name],
    ) &&
    (row['must_not_contain'] ?? []).every((secret: string) => !text.includes(secret))
  );
}

type Tally = { run: number; as_expected: number } & Record<'wrongly_accepted' | 'wrongly_refused', string[]> &
  Record<'different_result' | 'not_supported', string[]>;

async function tallyOf(rows: readonly Row[], runner: Runner | undefined, file: Row): Promise<Tally> {
  const tally: Tally = {
    run: 0,
    as_expected: 0,
    wrongly_accepted: [],
    wrongly_refused: [],
    different_result: [],
    not_supported: [],
  };
  for (const written of rows) {
    const row = expand(written) as Row;
    const outcome = await runner?.(row, file);
    if (!outcome) {
      tally.not_supported.push(row['id']);
      continue;
    }
    tally.run++;
    const { expect } = row;
    const accepted = outcome.kind === 'accept';
    if (expect === 'either') tally.as_expected++;
    else if (outcome.kind === expect && valuesHold(row, outcome.values ?? {})) tally.as_expected++;
    else if (accepted && expect !== 'accept') tally.wrongly_accepted.push(row['id']);
    else if (!accepted && expect === 'accept') tally.wrongly_refused.push(row['id']);
    else tally.different_result.push(row['id']);
  }
  return tally;
}

async function main(path: string | undefined): Promise<number> {
  let file: Row;
  try {
    file = JSON.parse(readFileSync(path ?? '', 'utf8'));
  } catch {
    process.stderr.write(`Cannot read ${path ?? 'a file: none was named'}. Usage: pnpm vectors FILE\n`);
    return 2;
  }
  const groups: Record<string, Tally> = {};
  for (const [name, rows] of Object.entries<Row[]>(file['groups'])) {
    groups[name] = await tallyOf(rows, RUNNERS[name], file);
  }
  process.stdout.write(`${JSON.stringify({ groups })}\n`);
  return 0;
}

process.exitCode = await main(process.argv[2]);
