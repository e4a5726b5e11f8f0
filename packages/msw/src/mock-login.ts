/** Options -> a login server in memory: the engine, its browser and its knobs in one object, without msw. */
import type { ServerMetadata } from '@proofkey/core';
import { originOf, pathOf, speakablePath } from './authorization-server/url.ts';
import type { DeviationName, MisuseCode, OperationId, ServerSettings } from './authorization-server.ts';
import { createBrowser } from './browser.ts';
import { createEngine, type Engine } from './engine.ts';
import { addressesOf, readRequest, responseOf } from './exchange.ts';
import * as knobs from './knobs.ts';
import type { LoginServer } from './login-server.ts';
import { errorOf, type MisuseError } from './misuse-error.ts';
import { DEFAULT_CLIENT_ID, isDuration, type MockLoginOptions } from './options.ts';
import { type Platform, webPlatform } from './platform.ts';
import { algorithmOf } from './signer.ts';

export interface BuiltLogin {
  readonly login: LoginServer;
  readonly engine: Engine;
  /** What `check` throws, if it does; without what was expected and did not happen when `unfinished`. */
  verdict(unfinished?: boolean): MisuseError | undefined;
}

/**
 * Builds a login server in memory.
 *
 * @throws OptionError for an option that makes no sense
 */
export function buildLogin(options: MockLoginOptions = {}, platform: Platform = webPlatform): BuiltLogin {
  const engine = createEngine(options, platform);
  const browser = createBrowser(engine, platform);
  const { settings } = engine.state;
  const { issuer } = settings;
  const addresses = addressesOf(issuer);
  const [client] = settings.clients === 'any' ? [] : settings.clients;
  const { allow = [] } = options;
  let expected: readonly MisuseCode[] = [];

  const verdict = (unfinished = false): MisuseError | undefined => {
    const { misuses, log } = engine.state;
    const happened = expected.filter((code) => misuses.some((one) => one.code === code));
    const allowed = [...allow, ...expected];
    const wanted = unfinished ? happened : expected;
    return errorOf({ misuses, log, refused: engine.refused, allowed, expected: wanted });
  };

  async function serve(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    if (!addresses.test(request.url)) {
      engine.refuse(`${request.method} ${origin}${speakablePath(pathname)}`);
      throw new TypeError(`fetch failed: ${origin} is not the server ${issuer}`);
    }
    request.signal.throwIfAborted();
    const response = await unlessAborted(request.signal, engine.respond(await readRequest(request)));
    if (response.lost) throw new TypeError('fetch failed: the connection broke');
    return responseOf(response, request.method, Response);
  }

  const deviate = (...names: DeviationName[]): void => engine.change((state) => knobs.deviate(state, names));
  const login: LoginServer = {
    issuer,
    clientId: client?.clientId ?? DEFAULT_CLIENT_ID,
    server: metadataOf(settings, algorithmsOf(options)),
    browser,
    get log() {
      return engine.state.log;
    },
    get misuses() {
      return engine.state.misuses;
    },
    fetch: serve,
    deny: browser.deny,
    failNext: (step, how) => engine.change((state) => knobs.failNext(state, step, how)),
    dropAnswer: (step) => engine.change((state) => knobs.failNext(state, step, { type: 'drop' })),
    expireNow: (what) => engine.change((state) => knobs.expireNow(state, what)),
    rotate: (on) => engine.change((state) => knobs.withRotation(state, on)),
    grace: (seconds) => engine.change((state) => knobs.withGrace(state, duration(seconds))),
    skewClock: engine.skewClock,
    slow: (milliseconds, step) => engine.slow(duration(milliseconds), step),
    offline: (on = true) => engine.offline(on),
    revoke: () => engine.change(knobs.revokeAll),
    rotateKeys: ({ keepOld = true } = {}) => engine.rotateKeys(keepOld),
    wrongIssuer: () => deviate('wrong_issuer'),
    wrongNonce: () => deviate('wrong_nonce'),
    badSignature: () => deviate('bad_signature'),
    replayCallback: browser.replayCallback,
    deviate,
    honest: (...names) => engine.change((state) => knobs.honest(state, names)),
    expectMisuse: (...codes) => {
      expected = [...expected, ...codes];
    },
    check() {
      const error = verdict();
      if (error !== undefined) throw error;
    },
    reset() {
      engine.reset();
      browser.reset();
      expected = [];
    },
  };
  return { login, engine, verdict };
}

/** As fetch: whoever gives up is told at once; the server has worked on the request all the same. */
async function unlessAborted<T>(signal: AbortSignal, answered: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([answered, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function duration(value: number): number {
  if (!isDuration(value)) throw new RangeError('A duration is a number, 0 or more.');
  return value;
}

const algorithmsOf = (options: MockLoginOptions): readonly string[] => [
  ...new Set(options.keys?.map(({ alg }) => alg) ?? [algorithmOf(options)]),
];

/** What the server would say about itself, under the names that our clients take. RFC 8414, section 2. */
function metadataOf({ issuer, endpoints }: ServerSettings, signingAlgorithms: readonly string[]): ServerMetadata {
  const base = originOf(issuer) + pathOf(issuer);
  const at = (...ids: readonly OperationId[]): string | undefined => {
    const endpoint = ids.map((id) => endpoints[id]).find((one) => one !== undefined);
    return endpoint && base + endpoint.path;
  };
  const optional = {
    userinfoEndpoint: at('getUserInfo', 'postUserInfo'),
    revocationEndpoint: at('revoke'),
    endSessionEndpoint: at('logout', 'postLogout'),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    issuer,
    authorizationEndpoint: at('authorize') ?? '',
    tokenEndpoint: at('requestTokens') ?? '',
    ...(Object.fromEntries(present) as Partial<ServerMetadata>),
    jwksUri: at('getKeySet') ?? null,
    issParameterSupported: true,
    signingAlgorithms,
    codeChallengeMethods: ['S256'],
  };
}
