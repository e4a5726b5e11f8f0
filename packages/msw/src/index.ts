/** Options -> a login server, as msw handlers for `setupServer`, `setupWorker` and `defineNetwork`. */
import { bypass, type HttpHandler } from 'msw';
import { handlersOf } from './handlers.ts';
import type { LoginServer } from './login-server.ts';
import { buildLogin } from './mock-login.ts';
import type { MockLoginOptions } from './options.ts';
import { type Platform, webPlatform } from './platform.ts';

export * from './public.ts';

/** A login server that msw brings in. */
export interface MockLogin extends LoginServer {
  /** For `setupServer(...as.handlers)` and `setupWorker(...as.handlers)`, of msw 2 and 3. */
  readonly handlers: readonly HttpHandler[];
}

/** Callbacks are for real listeners, so msw must not answer them. */
const platform: Platform = {
  get subtle() {
    return webPlatform.subtle;
  },
  randomOctets: webPlatform.randomOctets,
  deliver: (delivery) => webPlatform.deliver(delivery, (url, init) => fetch(bypass(url, init))),
};

/**
 * A login server for your tests: a whole authorization server, in memory, that nobody can reach from outside.
 *
 * It behaves. It checks PKCE, redirect URIs and scopes, rotates refresh tokens and signs ID Tokens with keys that it
 * publishes. When a client misuses the protocol, `check()` throws a sentence that says what to do instead.
 *
 * For tests in Node.js there is more comfort in `@proofkey/msw/vitest` and `@proofkey/msw/node`, which also refuse
 * every request that nobody answers. In a browser and on React Native, give the handlers to msw:
 *
 * ```ts
 * const as = createMockLogin({ user: { name: 'Ada' } });
 * await setupWorker(...as.handlers).start({ onUnhandledFrame: 'error' }); // msw 2: onUnhandledRequest
 * ```
 *
 * @throws OptionError for an option that makes no sense
 */
export function createMockLogin(options: MockLoginOptions = {}): MockLogin {
  const { login, engine } = buildLogin(options, platform);
  // The getters of the login server have to stay getters.
  return Object.assign(login, { handlers: handlersOf(engine) });
}
