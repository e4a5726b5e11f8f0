/** A login server -> every request of this Node.js process meets it, or the test's own handlers, or nobody. */
import { bypass, type RequestHandler, type WebSocketHandler } from 'msw';
import { setupServer } from 'msw/node';
import { handlersOf } from './handlers.ts';
import type { MockLogin } from './index.ts';
import { type BuiltLogin, buildLogin } from './mock-login.ts';
import { followPatches, nodePlatform } from './node-platform.ts';
import { type MockLoginOptions, OptionError } from './options.ts';
import { listenOptions, refuseUnknown } from './unhandled.ts';

export interface ListenOptions {
  /** msw handlers for everything else that the test talks to. They come before the login server. */
  readonly handlers?: readonly (RequestHandler | WebSocketHandler)[];
  /** Origins that may really be reached: `['http://127.0.0.1:3000']`. What nobody answers is refused else. */
  readonly passThrough?: readonly string[];
}

export interface ListeningLogin extends MockLogin {
  /** From now on nothing leaves this process but to the origins of `passThrough`. */
  listen(): void;
  /** Handlers of one test, in front of all others, until `reset()`. */
  use(...handlers: readonly (RequestHandler | WebSocketHandler)[]): void;
  /** Gives the network back. Done twice it does no harm, and so is `listen`. */
  close(): void;
}

/** One at a time: two would refuse what is meant for each other. */
let listening: object | undefined;

export function buildListening(options: MockLoginOptions & ListenOptions): BuiltLogin & { login: ListeningLogin } {
  const { handlers: own = [], passThrough = [], ...rest } = options;
  const strange = passThrough.find((one) => !URL.canParse(one) || new URL(one).origin === 'null');
  if (strange !== undefined) throw new OptionError('passThrough', `${strange} is no origin, as https://api.test is.`);
  const accept = bypass('http://127.0.0.1/').headers.get('accept') ?? '';
  const { login, engine, verdict } = buildLogin(rest, nodePlatform(`text/html, ${accept}`));
  const handlers = handlersOf(engine);
  const network = setupServer(...own, ...handlers, refuseUnknown(engine, passThrough));
  const { reset } = login;
  const listeningLogin: ListeningLogin = Object.assign(login, {
    handlers,
    listen() {
      if (listening === network) return;
      if (listening !== undefined)
        throw new Error(
          'Another mock login server listens already. For two servers in one test, give the handlers of the second, ' +
            'made by createMockLogin, to the first: { handlers: other.handlers }.',
        );
      listening = network;
      network.listen(listenOptions(engine, passThrough));
      followPatches();
    },
    use: (...more: readonly (RequestHandler | WebSocketHandler)[]) => network.use(...more),
    reset() {
      reset();
      network.resetHandlers();
    },
    close() {
      if (listening !== network) return;
      listening = undefined;
      network.close();
      followPatches();
    },
  });
  return { login: listeningLogin, engine, verdict };
}
