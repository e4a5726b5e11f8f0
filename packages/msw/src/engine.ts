/** Request -> signed answer, one after the other, with the clock and the randomness of this machine. */
import { usernameOf } from './authorization-server/settings.ts';
import {
  answer,
  createState,
  ENTROPY_LENGTH,
  type ServerRequest,
  type ServerResponse,
  type ServerState,
  type Step,
} from './authorization-server.ts';
import { withPerson } from './knobs.ts';
import type { MockLoginOptions } from './options.ts';
import { type Platform, type Subtle, webPlatform } from './platform.ts';
import { consentsOf, settingsOf } from './read-options.ts';
import { createSigner } from './signer.ts';

export interface Engine {
  readonly state: ServerState;
  /** Goes up with each reset: whoever began before the last one must leave the state alone. */
  readonly generation: number;
  /** Requests that were refused, because they were for nobody that the test knows: method, origin and path. */
  readonly refused: readonly string[];
  /**
   * Answers one request. Requests are worked on in the order in which they arrive; only their answers may be late.
   *
   * @param person who logs in when nobody else is asked for, as in a browser of somebody; the first user when absent
   * @returns the answer, every JWT signed; `lost: true` says that the connection has to break without one
   */
  respond(request: ServerRequest, person?: string): Promise<ServerResponse>;
  change(to: (state: ServerState) => ServerState): void;
  refuse(request: string): void;
  skewClock(seconds: number): void;
  slow(milliseconds: number, step?: Step): void;
  offline(on: boolean): void;
  rotateKeys(keepOld: boolean): Promise<void>;
  /** As new, but for its keys. */
  reset(): void;
}

const REFUSED = 100;
const LOST: ServerResponse = { status: 503, headers: {}, body: '', jwts: [], lost: true };

/**
 * A server that remembers.
 *
 * @throws OptionError for an option that makes no sense
 */
export function createEngine(options: MockLoginOptions = {}, platform: Platform = webPlatform): Engine {
  const settings = settingsOf(options);
  const signer = createSigner(options, (options.subtle as Subtle | undefined) ?? platform.subtle);
  const consents = consentsOf(options, settings);
  let state = createState(settings, [], consents);
  let generation = 0;
  let refused: readonly string[] = [];
  let skew = 0;
  let delays: ReadonlyMap<Step | 'all', number> = new Map();
  let isOffline = false;

  return {
    get state() {
      return state;
    },
    get generation() {
      return generation;
    },
    get refused() {
      return refused;
    },
    async respond(request, person) {
      const begun = generation;
      if (state.keys.length === 0) {
        const keys = await signer.publicKeys();
        if (state.keys.length === 0) state = { ...state, keys };
      }
      if (isOffline || begun !== generation) return LOST;
      const now = Math.floor(Date.now() / 1000 + skew);
      const before = state;
      const arranged = person === undefined ? before : withPerson(before, person, usernameOf);
      const answered = answer(arranged, request, now, platform.randomOctets(ENTROPY_LENGTH));
      state = { ...answered.state, settings: before.settings };
      const step = state.steps > before.steps ? state.log.at(-1)?.step : undefined;
      const delay = step && (delays.get(step) ?? delays.get('all'));
      const [signed] = await Promise.all([signer.sign(answered.response), delay && sleep(delay)]);
      // Every real server says what time it is, and clients learn from it how wrong their own clock is.
      return { ...signed, headers: { date: new Date(now * 1000).toUTCString(), ...signed.headers } };
    },
    change(to) {
      state = to(state);
    },
    refuse(request) {
      refused = [...refused, request].slice(-REFUSED);
    },
    skewClock(seconds) {
      skew = seconds;
    },
    slow(milliseconds, step) {
      delays = new Map([...delays, [step ?? 'all', milliseconds]]);
    },
    offline(on) {
      isOffline = on;
    },
    async rotateKeys(keepOld) {
      const keys = await signer.rotate(keepOld);
      state = { ...state, keys };
    },
    reset() {
      generation += 1;
      state = createState(settings, state.keys, consents);
      refused = [];
      skew = 0;
      delays = new Map();
      isOffline = false;
    },
  };
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
