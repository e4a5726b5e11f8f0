/** The eleven steps of the demo are what was seen, not a script: miss any one event, and the demo fails. */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../scripts/demo/authorization-server.ts';
import type { DemoOptions } from '../../scripts/demo/options.ts';
import { actAsPerson } from '../../scripts/demo/person.ts';
import { runDemo, type Stage } from '../../scripts/demo/run.ts';
import { type Rule, Steps, unwatched, watched } from '../../scripts/demo/steps.ts';
import { ADDRESS, ELEVEN, expectNoSecret, stepsIn } from './support/demo.ts';

type Told = { readonly lines: readonly string[]; readonly error: unknown };

/** A run of the demo that never hears of the event with this name. */
async function tell(stage: Omit<Stage, 'say'>, missing?: string, options?: DemoOptions): Promise<Told> {
  const lines: string[] = [];
  const hears = (name: string): boolean => name !== missing;
  const error = await runDemo({ ...stage, say: (line) => void lines.push(line), hears }, options).catch(
    (thrown: unknown) => thrown,
  );
  return { lines, error };
}

/** The event and the step that the failure names, and no line of that step or of a later one. */
function expectMissed({ lines, error }: Told, rules: readonly Rule[], { name, step }: Rule): void {
  expect(error).toMatchObject({
    message: expect.stringContaining(`Step ${step} went wrong: "${name}" did not happen`),
  });
  const before = rules.slice(
    0,
    rules.findIndex((rule) => rule.name === name),
  );
  const said = before.flatMap(({ says }) => says?.({ name: '', url: 'http://127.0.0.1/', method: '' }) ?? []);
  expect(stepsIn(lines)).toEqual(stepsIn(said));
  expect(lines.filter((line) => line.startsWith('Logged in as'))).toEqual([]);
}

describe('at the server of the demo', () => {
  test('all events make eleven steps, and a login', async () => {
    const { lines, error } = await tell({});
    expect(error).toBeUndefined();
    expect(stepsIn(lines)).toEqual(ELEVEN);
    expect(lines).toContain('Logged in as Ada Lovelace (ada@example.com), sub ada.');
  });

  test('every step has an event', () => {
    expect(new Set(watched.map(({ step }) => step))).toEqual(new Set(ELEVEN));
  });

  test.each([
    ['refuses to take the refresh token back', 503, 'The login server did not take the refresh token back.'],
    ['only says that it took the refresh token back', 200, 'After the logout the API answered 200.'],
  ])('a logout at a server that %s ends the demo badly', async (_, status, message) => {
    const { fetch } = globalThis;
    vi.stubGlobal('fetch', (input: unknown, init?: RequestInit) =>
      String(input).endsWith('/oauth/revoke')
        ? Promise.resolve(new Response(null, { status }))
        : fetch(input as string, init),
    );
    try {
      expect((await tell({})).error).toMatchObject({ message });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test.each(watched)('step $step is not told without "$name"', async (rule) => {
    expectMissed(await tell({}, rule.name), watched, rule);
  });
});

describe('at your own server', () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer({ prefilled: true });
  });
  afterAll(() => server.close());

  /** Somebody who reads the address on the terminal, and goes there. */
  async function tellOf(missing?: string): Promise<Told> {
    let shown = '';
    let visit: Promise<unknown> | undefined;
    const output = new Writable({
      write(text, _encoding, done) {
        shown += text;
        const [url] = ADDRESS.exec(shown) ?? [];
        if (url !== undefined) visit ??= actAsPerson(url, {});
        done();
      },
    });
    const own = { issuer: server.issuer, clientId: server.clientId };
    const told = await tell({ terminal: { output } }, missing, {
      own,
      interactive: true,
      browser: false,
      timeLimit: 30,
    });
    await visit;
    return told;
  }

  test('all events make eleven steps, and a login', async () => {
    const { lines, error } = await tellOf();
    expect(error).toBeUndefined();
    expect(stepsIn(lines)).toEqual(ELEVEN);
  });

  test.each(unwatched)('step $step is not told without "$name"', async (rule) => {
    expectMissed(await tellOf(rule.name), unwatched, rule);
  });
});

test('the search for secrets in what was shown finds one', () => {
  const secrets = [{ name: 'code', value: 'a-code-of-a-login' }];
  expect(() => expectNoSecret('1 clicks Login', secrets, ['code'])).not.toThrow();
  expect(() => expectNoSecret('1 a-code-of-a-login', secrets, ['code'])).toThrow();
  expect(() => expectNoSecret('1 clicks Login', secrets, ['state'])).toThrow();
});

describe('the steps', () => {
  const rules: readonly Rule[] = [
    { name: 'one', step: 1, says: () => ['1'] },
    { name: 'page', step: 2, says: () => ['2'], again: true },
    { name: 'three', step: 3, carries: ['code', 'code_verifier'], says: () => ['3'] },
  ];
  const both = { parameters: ['grant_type', 'code', 'code_verifier'] };

  const told = (...names: readonly string[]): { lines: readonly string[]; finish: () => void } => {
    const lines: string[] = [];
    const steps = new Steps(rules, (line) => void lines.push(line));
    for (const name of names) steps.see(name === 'three' ? { name, ...both } : { name });
    return { lines, finish: () => steps.finish() };
  };

  test('are told in their order, whatever else happens, and a page may be loaded again', () => {
    const { lines, finish } = told('else', 'one', 'page', 'else', 'page', 'three', 'page');
    expect(lines).toEqual(['1', '2', '3']);
    expect(finish).not.toThrow();
  });

  test.each([
    ['happened twice', ['one', 'one'], ['1'], /^Step 1 went wrong: "one" happened twice\.$/],
    ['came too early', ['one', 'three', 'page'], ['1'], /^Step 2 went wrong: "page" did not happen before "three"\.$/],
    ['did not come', ['one', 'page'], ['1', '2'], /^Step 3 went wrong: "three" did not happen\.$/],
    ['did not come at all', [], [], /^Step 1 went wrong: "one" did not happen\.$/],
  ])('stop at one that %s', (_, names, lines, message) => {
    const run = told(...names);
    expect(run.lines).toEqual(lines);
    expect(run.finish).toThrow(message);
  });

  test('stop at an event that came without what makes it that step', () => {
    const lines: string[] = [];
    const steps = new Steps(rules, (line) => void lines.push(line));
    steps.see({ name: 'one' });
    steps.see({ name: 'page' });
    steps.see({ name: 'three', parameters: ['code'] });
    expect(lines).toEqual(['1', '2']);
    expect(() => steps.finish()).toThrow(/^Step 3 went wrong: "three" came without code_verifier\.$/);
  });
});
