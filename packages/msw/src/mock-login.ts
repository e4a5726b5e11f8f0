/** Options -> a login server in memory: the engine, its browser and its knobs in one object, without msw. */
import type { ServerMetadata } from '@proofkey/core';
import { delay, duration, expectCodes, expectStep, seconds, yesOrNo } from './arguments.ts';
import { endpointOf } from './authorization-server/settings.ts';
import { speakablePath } from './authorization-server/url.ts';
import type { DeviationName, MisuseCode, OperationId, ServerSettings } from './authorization-server.ts';
import { createBrowser, type DrivenBrowser } from './browser.ts';
import { createEngine, type Engine } from './engine.ts';
import { addressesOf, readRequest, responseOf } from './exchange.ts';
import * as knobs from './knobs.ts';
import type { LoginServer } from './login-server.ts';
import { errorOf, type MisuseError } from './misuse-error.ts';
import { DEFAULT_CLIENT_ID, type MockLoginOptions } from './options.ts';
import { type Platform, webPlatform } from './platform.ts';
import { algorithmOf } from './signer.ts';

export interface BuiltLogin {
  readonly login: LoginServer;
  readonly engine: Engine;
  /**
   * What `check` throws, if it does.
   *
   * @param unfinished leaves out what should have happened and did not
   * @param issuers those of all login servers of the test
   */
  verdict(unfinished?: boolean, issuers?: readonly string[]): MisuseError | undefined;
}

const built = new WeakMap<LoginServer, BuiltLogin>();

/** What is behind a login server that this module has built. */
export const builtOf = (login: LoginServer): BuiltLogin | undefined => built.get(login);

/**
 * Builds a login server in memory.
 *
 * @throws OptionError for an option that makes no sense
 */
export function buildLogin(options: MockLoginOptions = {}, platform: Platform = webPlatform): BuiltLogin {
  const engine = createEngine(options, platform);
  const browser = createBrowser(engine, platform);
  const browsers: DrivenBrowser[] = [];
  const { settings } = engine.state;
  const { issuer } = settings;
  const addresses = addressesOf(issuer);
  const [client] = settings.clients === 'any' ? [] : settings.clients;
  const { allow = [] } = options;
  let expected: readonly MisuseCode[] = [];

  const verdict = (unfinished = false, issuers: readonly string[] = [issuer]): MisuseError | undefined => {
    const { misuses, log } = engine.state;
    const happened = expected.filter((code) => misuses.some((one) => one.code === code));
    const allowed = [...allow, ...expected];
    const wanted = unfinished ? happened : expected;
    const unused = unfinished ? [] : knobs.unusedKnobs(engine.state);
    return errorOf({ misuses, log, refused: engine.refused, allowed, expected: wanted, unused, issuers });
  };

  async function serve(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    if (!addresses.test(request.url)) {
      engine.refuse(`${request.method} ${origin}${speakablePath(pathname)}`);
      throw new TypeError(`fetch failed: ${origin} is not the server ${issuer}`);
    }
    // Of React Native, and of old browsers, the request has no signal, or one without a reason.
    const { signal } = request as { readonly signal?: AbortSignal | null };
    const read = await readRequest(request);
    if (signal?.aborted) throw reasonOf(signal);
    const response = await unlessAborted(signal, engine.respond(read));
    if (response.lost) throw new TypeError('fetch failed: the connection broke');
    return responseOf(response, request.method, Response);
  }

  const deviate = (...names: DeviationName[]): void => engine.change((state) => knobs.deviate(state, names));
  const login: LoginServer = {
    issuer,
    clientId: client?.clientId ?? DEFAULT_CLIENT_ID,
    server: metadataOf(settings, algorithmsOf(options)),
    browser,
    newBrowser() {
      const more = createBrowser(engine, platform, false);
      browsers.push(more);
      return more;
    },
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
    rotate: (on) => engine.change((state) => knobs.withRotation(state, yesOrNo(on))),
    grace: (seconds) => engine.change((state) => knobs.withGrace(state, duration(seconds))),
    skewClock: (ahead) => engine.skewClock(seconds(ahead)),
    slow(milliseconds, step) {
      if (step !== undefined) expectStep(step);
      engine.slow(delay(milliseconds), step);
    },
    offline: (on = true) => engine.offline(yesOrNo(on)),
    revoke: () => engine.change(knobs.revokeAll),
    rotateKeys: ({ keepOld = true } = {}) => engine.rotateKeys(keepOld),
    wrongIssuer: () => deviate('wrong_issuer'),
    wrongNonce: () => deviate('wrong_nonce'),
    badSignature: () => deviate('bad_signature'),
    replayCallback: browser.replayCallback,
    deviate,
    honest: (...names) => engine.change((state) => knobs.honest(state, names)),
    expectMisuse: (...codes) => {
      expectCodes(codes);
      expected = [...expected, ...codes];
    },
    check() {
      const error = verdict();
      if (error !== undefined) throw error;
    },
    reset() {
      engine.reset();
      for (const one of [browser, ...browsers.splice(0)]) one.reset();
      expected = [];
    },
  };
  const whole = { login, engine, verdict };
  built.set(login, whole);
  return whole;
}

/** As fetch: whoever gives up is told at once; the server has worked on the request all the same. */
async function unlessAborted<T>(signal: AbortSignal | null | undefined, answered: Promise<T>): Promise<T> {
  if (!signal) return answered;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([answered, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const reasonOf = (signal: AbortSignal | null | undefined): unknown =>
  signal?.reason ?? Object.assign(new Error('This request was aborted.'), { name: 'AbortError' });

const algorithmsOf = (options: MockLoginOptions): readonly string[] => [
  ...new Set(options.keys?.map(({ alg }) => alg) ?? [algorithmOf(options)]),
];

/** What the server would say about itself, under the names that our clients take. RFC 8414, section 2. */
function metadataOf(settings: ServerSettings, signingAlgorithms: readonly string[]): ServerMetadata {
  const at = (...ids: readonly OperationId[]): string | undefined => endpointOf(settings, ...ids);
  const optional = {
    userinfoEndpoint: at('getUserInfo', 'postUserInfo'),
    revocationEndpoint: at('revoke'),
    endSessionEndpoint: at('logout', 'postLogout'),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    issuer: settings.issuer,
    authorizationEndpoint: at('authorize') ?? '',
    tokenEndpoint: at('requestTokens') ?? '',
    ...(Object.fromEntries(present) as Partial<ServerMetadata>),
    jwksUri: at('getKeySet') ?? null,
    issParameterSupported: true,
    signingAlgorithms,
    codeChallengeMethods: ['S256'],
  };
}
