/** Options -> a login server around every test of a file. Misuse of the protocol fails the test that did it. */
import * as vitest from 'vitest';
import { buildListening, type ListeningLogin, type ListenOptions } from './listen.ts';
import type { MockLoginOptions } from './options.ts';

export type { MockLogin } from './index.ts';
export type { ListenOptions } from './listen.ts';
export * from './public.ts';

/** Starts, checks, resets and stops by itself. */
export type UsedMockLogin = Omit<ListeningLogin, 'listen' | 'close'>;

/**
 * A login server for the tests of a file, or of a `describe`: it is there before the first, and new for each.
 *
 * ```ts
 * const as = useMockLogin({ user: { name: 'Ada' } });
 *
 * test('greets who is logged in', async () => {
 *   const client = createNodeClient({ server: as.server, clientId: as.clientId, openBrowser: as.browser, ... });
 *   const { user } = await client.login();
 *   expect(user?.name).toBe('Ada');
 * });
 * ```
 *
 * After each test the protocol is checked, and a misuse fails it; a test that failed anyway shows both errors, its own
 * first. Requests that nothing answers reject, reach nobody, and fail the test too, even when the application did not
 * care; and so do connections to other machines that msw does not see. With fake timers the clock of the server
 * follows `Date`.
 *
 * Tests that run at the same time (`test.concurrent`) share the one server: it is checked and reset when the last of
 * them is over, and that one fails. Knobs and `log` belong to all of them.
 *
 * @throws OptionError for an option that makes no sense; Error inside a test, where it would come too late
 */
export function useMockLogin(options: MockLoginOptions & ListenOptions = {}): UsedMockLogin {
  // vitest 3 has no such class, and then it is not noticed.
  const { TestRunner } = vitest as { readonly TestRunner?: { readonly getCurrentTest?: () => unknown } };
  if (TestRunner?.getCurrentTest?.() !== undefined)
    throw new Error(
      'useMockLogin() was called inside a test, or in its beforeEach, where no hook can be added any more. Call it ' +
        'at the top of the file, or of a describe.',
    );
  const { afterAll, afterEach, beforeAll, beforeEach } = vitest;
  const { login, verdict } = buildListening(options);
  const { listen, close, reset } = login;
  const place = new Error();
  Error.captureStackTrace?.(place, useMockLogin);
  const running = new Set<string>();

  beforeAll(listen);
  beforeEach(({ task }) => {
    running.add(task.id);
  });
  afterEach(({ task }) => {
    running.delete(task.id);
    if (running.size > 0) return;
    // What should have happened later can not have: the test did not get so far.
    const error = verdict(task.result?.state === 'fail');
    reset();
    if (error === undefined) return;
    // Where it happened no stack can tell, as it was in a request: this line leads to the server in question.
    const [, line = ''] = (place.stack ?? '').split(/\n(?= +at )/);
    error.stack = `${error.name}: ${error.message}\n${line}`;
    throw error;
  });
  afterAll(close);
  return login;
}
