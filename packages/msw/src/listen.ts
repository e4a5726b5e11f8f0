/** A login server -> every request of this Node.js process meets it, or the test's own handlers, or nobody. */
import { bypass, type RequestHandler, type WebSocketHandler } from 'msw';
import { setupServer } from 'msw/node';
import { handlersOf } from './handlers.ts';
import type { MockLogin } from './index.ts';
import { CONNECTION, joined, type MisuseError } from './misuse-error.ts';
import { type BuiltLogin, buildLogin, builtOf } from './mock-login.ts';
import { followPatches, nodePlatform } from './node-platform.ts';
import { type MockLoginOptions, OptionError } from './options.ts';
import { readPassThrough } from './passthrough.ts';
import { guardSockets } from './socket-guard.ts';
import { listenOptions, refuseUnknown } from './unhandled.ts';

export interface ListenOptions {
  /** msw handlers for everything else that the test talks to. They come before the login server. */
  readonly handlers?: readonly (RequestHandler | WebSocketHandler)[];
  /**
   * Origins that may really be reached: `['http://127.0.0.1:3000']`, or `['http://127.0.0.1:*']` for every port. What
   * nobody answers is refused else. A database on another machine is named like `http://db.test:5432`.
   */
  readonly passThrough?: readonly string[];
  /** Further login servers, made by `createMockLogin`: they are answered for, checked and reset with this one. */
  readonly others?: readonly MockLogin[];
}

export interface ListeningLogin extends MockLogin {
  /**
   * Takes over the network of this process, but for the origins of `passThrough`.
   *
   * msw answers what fetch, `node:http`, `node:https`, XMLHttpRequest and WebSocket ask. What it does not see, such as
   * the requests of a client that kept the `fetch` of before, can still reach this machine itself, and nothing beyond.
   * Left alone are connections that are open already, UDP and DNS, and what other threads and programs do.
   */
  listen(): void;
  /** Handlers of one test, in front of all others, until `reset()`. */
  use(...handlers: readonly (RequestHandler | WebSocketHandler)[]): void;
  /** Gives the network back. Done twice it does no harm, and so is `listen`. */
  close(): void;
}

/** One at a time: two would refuse what is meant for each other. */
let listening: object | undefined;

export function buildListening(options: MockLoginOptions & ListenOptions): BuiltLogin & { login: ListeningLogin } {
  const { handlers: own = [], passThrough: origins = [], others = [], ...rest } = options;
  const passThrough = readPassThrough(origins);
  const accept = bypass('http://127.0.0.1/').headers.get('accept') ?? '';
  const { login, engine, verdict: ownVerdict } = buildLogin(rest, nodePlatform(`text/html, ${accept}`));
  const further = othersOf(others, login.issuer);
  const issuers = [login.issuer, ...others.map(({ issuer }) => issuer)];
  const handlers = handlersOf(engine);
  const network = setupServer(
    ...own,
    ...handlers,
    ...others.flatMap((one) => one.handlers),
    refuseUnknown(engine, passThrough),
  );
  let unguard = (): void => undefined;
  let hasListened = false;

  const verdict = (unfinished?: boolean): MisuseError | undefined => {
    const errors = further.flatMap((one): readonly (readonly [string, MisuseError])[] => {
      const error = one.verdict(unfinished, issuers);
      return error === undefined ? [] : [[one.login.issuer, error]];
    });
    return joined(ownVerdict(unfinished, issuers), new Map(errors));
  };
  const { reset } = login;
  const listeningLogin: ListeningLogin = Object.assign(login, {
    handlers,
    listen() {
      if (listening === network) return;
      if (listening !== undefined)
        throw new Error(
          'Another mock login server listens already. For two servers in one test, make the second with ' +
            'createMockLogin of @proofkey/msw, and give it to the first: { others: [second] }.',
        );
      listening = network;
      hasListened = true;
      // Before msw, so that what it lets through is guarded as well.
      unguard = guardSockets(passThrough.hasHost, (target) => engine.refuse(CONNECTION + target));
      network.listen(listenOptions(engine, passThrough));
      followPatches();
    },
    use(...more: readonly (RequestHandler | WebSocketHandler)[]) {
      if (listening !== network)
        throw new Error('Nothing is listening that could use this handler: call listen() first, or say { handlers }.');
      network.use(...more);
    },
    check() {
      if (!hasListened && engine.state.steps === 0 && engine.refused.length === 0)
        throw new Error('Nothing was ever asked here, so that there is nothing to check: call listen() first.');
      const error = verdict();
      if (error !== undefined) throw error;
    },
    reset() {
      reset();
      for (const one of others) one.reset();
      network.resetHandlers();
    },
    close() {
      if (listening !== network) return;
      listening = undefined;
      network.close();
      unguard();
      followPatches();
    },
  });
  return { login: listeningLogin, engine, verdict };
}

function othersOf(others: readonly MockLogin[], issuer: string): readonly BuiltLogin[] {
  const built = others.map((one) => builtOf(one));
  const known = built.filter((one) => one !== undefined);
  if (known.length < built.length)
    throw new OptionError('others', 'they are login servers that createMockLogin of @proofkey/msw has made.');
  const issuers = [issuer, ...known.map(({ login }) => login.issuer)];
  if (new Set(issuers).size < issuers.length)
    throw new OptionError('others', 'two servers have the same issuer. Give each another one.');
  return known;
}
