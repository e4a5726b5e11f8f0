/** Every answer of the mock against openapi/: a status that is described, its media type, schema and headers. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { document } from '../../api/test/description.ts';
import type { Failing, ServerResponse, Step } from '../src/authorization-server.ts';
import { exchange, logIn, refresh, requestFor, revoke, tokensOf, userinfo } from './support/script.ts';
import { callbackOf, claimsOf, jsonOf, TestServer } from './support/server.ts';

interface Described {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, object>>;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>;
}

const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
ajv.addSchema(document, 'description');

const escaped = (name: string): string => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
const pointer = (...names: string[]): string => `#/${names.map(escaped).join('/')}`;
const at = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);

/** The place of what is meant, once references are followed. */
function followed(ref: string): string {
  const next = (at(ref) as Described | undefined)?.$ref;
  return next === undefined ? ref : followed(next);
}

const mistakesIn = (ref: string, value: unknown): readonly string[] => {
  const validate = ajv.getSchema(`description${ref}`);
  if (validate === undefined) return [`there is no ${ref}`];
  return validate(value) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
};

/** The members that a schema names, and those of its parts. */
function named(ref: string): readonly string[] {
  const schema = at(followed(ref)) as { properties?: object; allOf?: readonly { $ref: string }[] } | undefined;
  return [...Object.keys(schema?.properties ?? {}), ...(schema?.allOf ?? []).flatMap(({ $ref }) => named($ref))];
}

/** What the mock tells besides, because clients of others read it, and the claim that a test gave its person. */
const FURTHER = [
  ...['response_types_supported', 'subject_types_supported', 'token_endpoint_auth_methods_supported'],
  ...['revocation_endpoint_auth_methods_supported', 'claims_parameter_supported', 'request_parameter_supported'],
  ...['request_uri_parameter_supported', 'https://example.com/role'],
];

/** An optional member that was renamed would pass as a further one. */
const unnamedIn = (ref: string, members: object): readonly string[] =>
  Object.keys(members)
    .filter((name) => !named(ref).includes(name) && !FURTHER.includes(name))
    .map((name) => `${name} is not described`);

function checked(schema: string, members: object): readonly string[] {
  const ref = pointer('components', 'schemas', schema);
  return [...mistakesIn(ref, members), ...unnamedIn(ref, members)];
}

/** What is wrong with an answer to `METHOD /path`, according to the description. */
function complaints(method: string, path: string, { status, headers, body }: ServerResponse): readonly string[] {
  const ref = followed(pointer('paths', path, method.toLowerCase(), 'responses', String(status)));
  const described = at(ref) as Described | undefined;
  if (described === undefined) return [`${status} is not described`];
  const missing = Object.entries(described.headers ?? {})
    .filter(([name]) => (at(followed(`${ref}/headers/${escaped(name)}`)) as { required?: boolean }).required)
    .filter(([name]) => headers[name.toLowerCase()] === undefined)
    .map(([name]) => `${name} is missing`);
  const type = headers['content-type']?.split(';')[0] ?? '';
  const types = Object.keys(described.content ?? {});
  // Where nothing is said about a body, only a page for a person may be there.
  if (types.length === 0) return [...missing, ...(body === '' || type === 'text/html' ? [] : ['there is a body'])];
  if (!types.includes(type)) return [...missing, `${type || 'no media type'} is not described`];
  const schema = followed(`${ref}/content/${escaped(type)}/schema`);
  if (type !== 'application/json') return [...missing, ...mistakesIn(schema, body)];
  const members: object = JSON.parse(body);
  return [...missing, ...mistakesIn(schema, members), ...unnamedIn(schema, members)];
}

/** Answers by operation and status. */
class Round {
  readonly server = new TestServer({
    clients: [
      { clientId: 'app', redirectUris: ['https://app.example.com/callback'] },
      { clientId: 'other', redirectUris: [] },
    ],
  });
  readonly wrong: string[] = [];
  readonly seen = new Set<string>();

  see(method: string, path: string, response: ServerResponse): ServerResponse {
    this.seen.add(`${method} ${path} ${response.status}`);
    this.wrong.push(...complaints(method, path, response).map((one) => `${method} ${path} ${response.status}: ${one}`));
    return response;
  }

  failing(step: Step, failing: Failing): TestServer {
    this.server.state = { ...this.server.state, failing: { [step]: [failing] } };
    return this.server;
  }
}

const busy: Failing = { type: 'error', error: 'temporarily_unavailable' };
const limited: Failing = { type: 'error', error: 'too_many_requests', status: 429 };

/** Everything that this server does, once. */
function fullRound(): Round {
  const round = new Round();
  const { server } = round;
  const token = (response: ServerResponse): ServerResponse => round.see('POST', '/oauth/token', response);

  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])
    round.see('GET', path, server.send('GET', path));
  const keys = round.see('GET', '/.well-known/jwks.json', server.send('GET', '/.well-known/jwks.json'));
  for (const key of jsonOf(keys)['keys'] as object[]) round.wrong.push(...checked('JsonWebKey', key));

  const login = logIn(server);
  const callback = callbackOf(round.see('GET', '/authorize', login.response)).parameters;
  round.wrong.push(...checked('AuthorizationResponse', callback));
  for (const changed of [{ prompt: 'none' }, { code_challenge: undefined }, { response_type: 'token' }]) {
    const { parameters } = callbackOf(round.see('GET', '/authorize', logIn(server, changed).response));
    round.wrong.push(...checked('AuthorizationErrorResponse', parameters));
  }
  round.see('GET', '/authorize', logIn(server, { client_id: 'nobody' }).response);

  const tokens = jsonOf(token(exchange(server, login)));
  round.wrong.push(...checked('IdTokenClaims', claimsOf(tokens['id_token'])));
  token(exchange(server, login));
  token(exchange(server, login, { client_id: 'nobody' }));
  const fresh = tokensOf(server);
  const refreshed = jsonOf(token(refresh(server, fresh.refresh_token, { audience: 'https://api.example.com' })));
  token(refresh(server, fresh.refresh_token, { scope: 'address' }));
  token(refresh(round.failing('refresh', busy), fresh.refresh_token));
  token(refresh(round.failing('refresh', limited), fresh.refresh_token));
  token(refresh(round.failing('refresh', { type: 'error', error: 'access_denied' }), fresh.refresh_token));

  const current = tokensOf(server);
  for (const method of ['GET', 'POST']) {
    const ask = (access: string): ServerResponse =>
      round.see(
        method,
        '/userinfo',
        server.send(method, '/userinfo', { headers: { authorization: `Bearer ${access}` } }),
      );
    ask(current.access_token);
    ask('rubbish');
    const query = { access_token: current.access_token };
    round.see(method, '/userinfo', server.send(method, '/userinfo', { query }));
    ask(tokensOf(server, { scope: 'profile' }).access_token);
    round.failing('userinfo', limited);
    ask(current.access_token);
  }
  round.wrong.push(...(refreshed['access_token'] === undefined ? ['there is no access token'] : []));

  const revocation = (response: ServerResponse): ServerResponse => round.see('POST', '/oauth/revoke', response);
  revocation(revoke(server, current.refresh_token));
  revocation(revoke(server, current.refresh_token, { token: undefined }));
  revocation(revoke(server, current.refresh_token, { client_id: 'nobody' }));
  revocation(revoke(round.failing('revoke', busy), current.refresh_token));
  revocation(revoke(round.failing('revoke', limited), current.refresh_token));

  const back = { client_id: 'app', post_logout_redirect_uri: 'https://app.example.com/', state: 's' };
  const wrong = { id_token_hint: 'rubbish' };
  round.see('GET', '/oidc/logout', server.send('GET', '/oidc/logout', { query: back }));
  round.see('GET', '/oidc/logout', server.send('GET', '/oidc/logout', { query: wrong }));
  round.see('POST', '/oidc/logout', server.send('POST', '/oidc/logout', { form: back }));
  round.see('POST', '/oidc/logout', server.send('POST', '/oidc/logout', { form: wrong }));
  round.see('GET', '/v2/logout', server.send('GET', '/v2/logout', { query: { returnTo: 'https://app.example.com/' } }));
  round.see('GET', '/v2/logout', server.send('GET', '/v2/logout', { query: { returnTo: 'rubbish' } }));
  return round;
}

/** Answers that are described, but that no endpoint of this server gives. Deviations and `failNext` do some of them. */
const NEVER = [
  'GET /authorize 429',
  'GET /.well-known/openid-configuration 404',
  'GET /.well-known/openid-configuration 429',
  'GET /.well-known/oauth-authorization-server 404',
  'GET /.well-known/oauth-authorization-server 429',
  'GET /.well-known/jwks.json 404',
  'GET /.well-known/jwks.json 429',
];

test('every answer is one that is described', () => {
  expect(fullRound().wrong).toEqual([]);
});

test('every answer that is described was given, but for a few that are listed', () => {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      Object.keys((operation as { responses?: object }).responses ?? {}).map(
        (status) => `${method.toUpperCase()} ${path} ${status}`,
      ),
    ),
  );
  const { seen } = fullRound();
  expect(all.filter((one) => !seen.has(one)).sort()).toEqual([...NEVER].sort());
});

test('what the server reads is described: every parameter of a sound login has its name', () => {
  const query = at(`${pointer('paths', '/authorize', 'get')}/parameters`) as readonly { readonly name: string }[];
  const names = query.map(({ name }) => name);
  expect(Object.keys(requestFor().request).filter((name) => !names.includes(name))).toEqual([]);
});

test('negative control: a changed answer is found', () => {
  const server = new TestServer();
  const response = exchange(server, logIn(server));
  const { access_token, refresh_token, ...others } = jsonOf(response);
  const withBody = (members: object): ServerResponse => ({ ...response, body: JSON.stringify(members) });
  const found = (changed: ServerResponse): readonly string[] => complaints('POST', '/oauth/token', changed);
  expect(found(response)).toEqual([]);
  expect(found(withBody({ refresh_token, ...others }))).toEqual([" must have required property 'access_token'"]);
  expect(found(withBody({ access_token, renewal_token: refresh_token, ...others }))).toEqual([
    'renewal_token is not described',
  ]);
  expect(found(withBody({ access_token: 1, ...others }))).toEqual(['/access_token must be string']);
  expect(found({ ...response, status: 418 })).toEqual(['418 is not described']);
  expect(found({ ...response, headers: { 'content-type': 'text/plain' } })).toEqual(['text/plain is not described']);
  expect(complaints('GET', '/authorize', { ...logIn(server).response, headers: {} })).toEqual(['Location is missing']);
  expect(userinfo(server, String(access_token)).status).toBe(200);
});
