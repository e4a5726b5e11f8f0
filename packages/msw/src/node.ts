/** Options -> a login server for tests in Node.js: Jest, node:test. Nothing for strangers leaves this machine. */
import { buildListening, type ListeningLogin, type ListenOptions } from './listen.ts';
import type { MockLoginOptions } from './options.ts';

export type { MockLogin } from './index.ts';
export type { ListeningLogin, ListenOptions } from './listen.ts';
export * from './public.ts';

/**
 * A login server in memory that takes over the network of this process between `listen()` and `close()`.
 *
 * Requests to it are answered, by fetch, `node:http`, XMLHttpRequest and whatever stands on them. Those that nothing
 * answers reject, reach nobody, and fail `check()`. So do connections to other machines that msw does not see.
 *
 * With Jest, and alike with `node:test` (`before`, `afterEach`, `after`):
 *
 * ```ts
 * const as = createMockLogin({ user: { name: 'Ada' } });
 * beforeAll(() => as.listen());
 * afterEach(() => {
 *   try {
 *     as.check();
 *   } finally {
 *     as.reset();
 *   }
 * });
 * afterAll(() => as.close());
 * ```
 *
 * @throws OptionError for an option that makes no sense
 */
export const createMockLogin = (options: MockLoginOptions & ListenOptions = {}): ListeningLogin =>
  buildListening(options).login;
