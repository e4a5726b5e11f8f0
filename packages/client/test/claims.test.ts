/** Who a person is, by the schema of the application: what it makes of the claims, and nobody whom it refuses. */
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ClaimsSchema, createClient, type RedactedStep } from '../src/index.ts';
import { codeOf, departed, NOW, SETTINGS, type World, world } from './world.ts';

const clientWith = <User>(claimsSchema: ClaimsSchema<User>, ports: World) =>
  createClient({ ...SETTINGS, claimsSchema }, ports);

/** The last claims that a login brings, as they would be without a schema. */
const ADA = { sub: 'ada', name: 'Ada Lovelace' };

/** The same schema in three languages: who, and since when, as a Date. */
const since = (seconds: number): Date => new Date(seconds * 1000);
const LIBRARIES = {
  zod: z.object({ sub: z.string(), iat: z.number().transform(since) }),
  valibot: v.object({ sub: v.string(), iat: v.pipe(v.number(), v.transform(since)) }),
  arktype: type({ '+': 'delete', sub: 'string', iat: type('number').pipe(since) }),
};

/** The same refusal in three languages: a member that no ID Token of this server has. */
const REFUSING = {
  zod: z.object({ 'https://app.example/roles': z.array(z.string()) }),
  valibot: v.object({ 'https://app.example/roles': v.array(v.string()) }),
  arktype: type({ 'https://app.example/roles': 'string[]' }),
};

/** A schema by hand. */
const schemaOf = <User>(validate: (claims: Record<string, unknown>) => unknown): ClaimsSchema<User> => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as never },
});
const refusing = (...path: readonly unknown[]): ClaimsSchema<never> =>
  schemaOf(() => ({ issues: [{ message: 'secret of ada', path }] }));

describe.each(Object.entries(LIBRARIES))('a schema of %s', (_name, claims) => {
  test('makes the user of the claims: in the outcome, the snapshot, at the start, and what it transformed stays', async () => {
    const ports = world();
    const client = clientWith<{ sub: string; iat: Date }>(claims, ports);
    const user = { sub: 'ada', iat: new Date(NOW * 1000) };
    const outcome = await client.login();
    expect(outcome).toMatchObject({ status: 'logged_in', signature: 'verified' });
    expect(outcome.status === 'logged_in' && outcome.user).toEqual(user);
    expect(client.getSnapshot()).toEqual({ status: 'logged_in', signature: 'verified', user });
    const later = clientWith<{ sub: string; iat: Date }>(claims, ports);
    const started = await later.start();
    expect(started).toEqual({ status: 'logged_in', signature: 'verified', user });
    expect(started.status === 'logged_in' && started.user?.iat).toBeInstanceOf(Date);
  });

  test('keeps the snapshot the same object until it changes', async () => {
    const ports = world();
    const client = clientWith<{ sub: string; iat: Date }>(claims, ports);
    await client.login();
    const snapshot = client.getSnapshot();
    let told = 0;
    client.subscribe(() => {
      told += 1;
    });
    for (const read of [client.accessToken, client.start, client.userinfo]) await read();
    expect(client.getSnapshot()).toBe(snapshot);
    expect(told).toBe(0);
    ports.server.person = 'grace';
    await client.login();
    expect(client.getSnapshot()).toMatchObject({ user: { sub: 'grace' } });
    expect(told).toBe(1);
  });
});

describe.each(Object.entries(REFUSING))('a schema of %s that refuses', (_name, claims) => {
  test('logs nobody in, names the claim, saves nothing, and leaves who is logged in', async () => {
    const ports = world();
    await createClient(SETTINGS, ports).login();
    const before = new Map(ports.sessionStore.entries);
    ports.server.person = 'grace';
    const steps: RedactedStep[] = [];
    const client = clientWith<unknown>(claims, { ...ports, onStep: (step) => void steps.push(step) });
    await expect(client.login()).rejects.toMatchObject({
      failure: {
        kind: 'untrusted_response',
        code: 'claims_refused',
        recovery: 'report',
        at: 'https://app.example/roles',
      },
    });
    expect(ports.sessionStore.entries).toEqual(before);
    expect(await createClient(SETTINGS, ports).start()).toMatchObject({ user: { sub: 'ada' } });
    expect(steps.at(-1)).toMatchObject({ type: 'login_failed', code: 'claims_refused' });
    expect(steps.map(({ type: one }) => one)).not.toContain('session_saved');
  });

  test('a session that is stored, as after an update of the application: logged out, why, and it is not deleted', async () => {
    const ports = world();
    await createClient(SETTINGS, ports).login();
    const before = new Map(ports.sessionStore.entries);
    const client = clientWith<unknown>(claims, ports);
    const reason = { code: 'claims_refused', at: 'https://app.example/roles' };
    expect(await client.start()).toMatchObject({ status: 'logged_out', reason });
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_out', reason });
    expect(ports.sessionStore.entries).toEqual(before);
    // The version before still knows who it is.
    expect(await createClient(SETTINGS, ports).start()).toMatchObject({ user: { sub: 'ada' } });
    await client.logout();
    expect(ports.sessionStore.entries.size).toBe(0);
  });
});

describe('a schema', () => {
  test('may take its time', async () => {
    const asking = z.object({ sub: z.string().refine(async (sub) => sub === 'ada') });
    const ports = world();
    const client = clientWith(asking, ports);
    expect(await client.login()).toMatchObject({ user: { sub: 'ada' } });
    ports.server.person = 'grace';
    expect(await codeOf(client.login())).toBe('claims_refused');
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
  });

  test.each<[name: string, schema: ClaimsSchema<never>, at: string | undefined]>([
    ['one part of a path', refusing('roles'), 'roles'],
    ['a part that is an object', refusing({ key: 'roles' }), 'roles'],
    ['a deep path: the name of the claim alone', refusing('address', 'street'), 'address'],
    ['a name that is a URL', refusing('https://app.example/x'), 'https://app.example/x'],
    ['no path', refusing(), undefined],
    ['a symbol', refusing(Symbol('x')), undefined],
    ['a number', refusing(0), undefined],
    ['a sentence', refusing('the claim of ada'), undefined],
    ['a name of 129 characters', refusing('x'.repeat(129)), undefined],
    ['no issues, though it refuses', schemaOf(() => ({ issues: [] })), undefined],
    ['nothing at all', schemaOf(() => undefined), undefined],
    ['an error that is thrown', schemaOf(() => Promise.reject(new Error('secret of ada'))), undefined],
    ['an error that is thrown at once', schemaOf((claims) => Object(claims['no'])['no'].no), undefined],
  ])('that refuses with %s is told without a word of it', async (_name, schema, at) => {
    const ports = world();
    const work = clientWith(schema, ports).login();
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { code: 'claims_refused' } });
    const { failure } = error as { failure: { at?: string } };
    expect(failure.at).toBe(at);
    expect(`${JSON.stringify(error)}${error}${(error as Error).stack}`).not.toContain('secret of ada');
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('that changes what it is given changes no session', async () => {
    const ports = world();
    const changing = schemaOf<unknown>((claims) => {
      claims['sub'] = 'eve';
      Object.assign(claims, { more: 1 });
      return { value: claims };
    });
    const client = clientWith(changing, ports);
    expect(await client.login()).toMatchObject({ user: { sub: 'eve', more: 1 } });
    expect([...ports.sessionStore.entries.values()].join()).not.toContain('eve');
    expect(await client.userinfo()).toMatchObject(ADA);
    expect(await createClient(SETTINGS, ports).start()).toMatchObject({ user: ADA });
  });

  test.each([[undefined], [null], [0], ['']])('that makes %j of the claims shows that, and no claim', async (value) => {
    const ports = world();
    const client = clientWith(
      schemaOf<unknown>(() => ({ value })),
      ports,
    );
    const outcome = await client.login();
    expect(outcome).toMatchObject({ status: 'logged_in' });
    expect(outcome.status === 'logged_in' && outcome.user).toBe(value);
    const snapshot = client.getSnapshot();
    expect(snapshot.status === 'logged_in' && snapshot.user).toBe(value);
  });

  test('is not asked without an ID Token: then nobody knows who it is', async () => {
    const ports = world();
    const settings = { ...SETTINGS, scope: ['contacts'], claimsSchema: refusing('sub') };
    const client = createClient(settings, ports);
    expect(await client.login()).toEqual({ status: 'logged_in', scope: ['contacts'] });
    expect(client.getSnapshot()).toEqual({ status: 'logged_in' });
  });

  test('is asked as well when the callback arrives on another page', async () => {
    const ports = world();
    const url = await departed(ports);
    expect(await clientWith(refusing('roles'), ports).start(url)).toMatchObject({
      status: 'logged_out',
      failure: { code: 'claims_refused', at: 'roles' },
    });
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('that refuses a login that was completed by the version before says so when its callback comes again', async () => {
    const ports = world();
    const url = await departed(ports);
    await createClient(SETTINGS, ports).handleCallback(url);
    expect(await codeOf(clientWith(refusing('roles'), ports).handleCallback(url))).toBe('claims_refused');
    expect(await createClient(SETTINGS, ports).start()).toMatchObject({ user: ADA });
  });

  test('that refuses who is stored gives no token of theirs, sends none, and deletes nothing', async () => {
    const ports = world();
    await createClient(SETTINGS, ports).login();
    const before = new Map(ports.sessionStore.entries);
    const { length } = ports.server.requests;
    let sent = 0;
    const resourceFetch: World['resourceFetch'] = {
      prepare: (input) => ({
        url: `${input}`,
        method: 'GET',
        send: async () => {
          sent += 1;
          return { status: 200 };
        },
      }),
    };
    const client = clientWith(refusing('roles'), { ...ports, resourceFetch });
    const calls = [client.accessToken(), client.userinfo(), client.fetch('https://api.example/')];
    expect(await Promise.all(calls.map(codeOf))).toEqual(['claims_refused', 'claims_refused', 'claims_refused']);
    expect([ports.server.requests.length, sent]).toEqual([length, 0]);
    expect(ports.sessionStore.entries).toEqual(before);
  });

  test('that has changed its mind between the login and the snapshot shows what it says last', async () => {
    let now = NOW;
    const ports = world();
    const client = clientWith(
      schemaOf<unknown>((claims) => (now === NOW ? { value: claims } : { issues: [{ path: ['sub'] }] })),
      ports,
    );
    await client.login();
    now += 1;
    expect(await client.start()).toMatchObject({ status: 'logged_out', reason: { code: 'claims_refused' } });
    now = NOW;
    expect(await client.start()).toMatchObject({ status: 'logged_in', user: ADA });
  });

  test.each([[null], [5], ['zod'], [{}], [{ '~standard': {} }], [{ '~standard': { validate: 'no' } }]])(
    'that is %j is none, and refused when the client is made',
    (claimsSchema) => {
      const create = () => createClient({ ...SETTINGS, claimsSchema } as never, world());
      expect(create).toThrow('invalid settings (claimsSchema)');
    },
  );
});
