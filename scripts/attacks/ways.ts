/** What differs between two ways of attacking -> the way: a login, a callback, a question about the person. */
import type { LoginRequest } from '@proofkey/client';
import { type NumericDate, readAuthorizationResponse, thawTransaction } from '@proofkey/core';
import type { DeviationName } from '@proofkey/msw';
import type { NodeSettings } from '@proofkey/node';
import type { Hostility, Played, Variant } from './case.ts';
import { deliver, follow } from './person.ts';
import { completes } from './play.ts';
import { type Adjust, type Begun, CLIENT_ID, type Stage } from './stage.ts';

type Server = Hostility | ((stage: Stage) => Hostility);

type More = Partial<Pick<Variant, 'accepted' | 'never' | 'asks' | 'attackerHears' | 'misuses' | 'deadline'>>;

export type LoginMore = More & {
  readonly request?: LoginRequest;
  readonly settings?: Partial<NodeSettings> | ((stage: Stage) => Partial<NodeSettings>);
  readonly adjust?: Adjust;
  /** A client of the same program that has asked for nothing yet: its metadata and its keys come now. */
  readonly fresh?: boolean;
  /** What this attack alone has to look at. @returns what is wrong */
  readonly also?: (stage: Stage, page: string) => readonly string[];
};

const at = (server: Server, stage: Stage): Hostility => (typeof server === 'function' ? server(stage) : server);

/** What a login may ask for after its callback, keys that are read again included. */
export const TOKEN: readonly string[] = ['token'];
export const KEYS: readonly string[] = ['token', 'keys', 'keys'];
export const METADATA: readonly string[] = ['metadata', 'metadata'];

/** A login from its beginning to its end, at a hostile server. */
export const login = (name: string, server: Server, outcome: string, more: LoginMore = {}): Variant => {
  const { request, settings, adjust, fresh, also, ...rest } = more;
  return {
    name,
    outcome,
    asks: TOKEN,
    ...rest,
    async play(stage) {
      const own = typeof settings === 'function' ? settings(stage) : settings;
      stage.turn(at(server, stage));
      let page = '';
      let ignored = false;
      const ended = await stage.codeOf(async () => {
        const client = own || adjust || fresh ? stage.clientOf(own, adjust) : stage.client;
        const begun = await stage.begin(client, request);
        const delivered = await deliver(await follow(begun.url));
        ignored = delivered.status !== 303;
        if (ignored) begun.cancel();
        ({ page } = delivered);
        stage.pages.push(page);
        await begun.outcome;
      });
      return { outcome: ignored ? 'ignored' : ended, wrongs: also?.(stage, page) ?? [] };
    },
  };
};

/** The same deviation in the name and in the server. */
export const deviant = (deviation: DeviationName, outcome: string, more: LoginMore = {}): Variant =>
  login(deviation, { deviations: [deviation] }, outcome, more);

export type CallbackMore = More & {
  readonly deviations?: readonly DeviationName[];
  readonly request?: LoginRequest;
  /** The URL that arrives, made of the login and of the callback that the server gave it. */
  readonly url?: (begun: Begun, given: URL) => string;
};

/**
 * A callback that is not the one of the login: brought to its listener, and given to `handleCallback`. The login waits
 * on, and completes afterwards.
 *
 * @param codes what the core says of this URL and this login; and the client, where that is another one
 */
export const callback = (name: string, more: CallbackMore, ...codes: readonly string[]): Variant => {
  const { deviations = [], request, url, ...rest } = more;
  return {
    name,
    outcome: codes.join(', '),
    asks: [],
    ...rest,
    async play(stage) {
      const begun = await stage.begin(stage.client, request);
      stage.turn({ deviations });
      const given = await follow(begun.url);
      const arriving = url?.(begun, new URL(given)) ?? given;
      return arrived(stage, begun, arriving);
    },
  };
};

/** A URL at the listener of a login and at the client. */
export async function arrived(stage: Stage, begun: Begun, url: string): Promise<Played> {
  const core = coreSays(stage, begun, url);
  const { status, page } = await deliver(url);
  stage.pages.push(page);
  const client = await stage.codeOf(stage.client.handleCallback(url));
  return {
    outcome: [...new Set([core, client])].join(', '),
    wrongs: status === 303 ? ['the listener takes it for the callback'] : [],
    async afterwards() {
      return (await completes(begun)) ? [] : ['the attacked login can not be completed any more'];
    },
  };
}

/** What the check itself says: the client may not even come to it. */
function coreSays({ transactions, wire }: Stage, { state }: Begun, url: string): string {
  const [, text = null] = [...transactions.entries].find(([key]) => key.endsWith(`/login/${state}`)) ?? [];
  const found = thawTransaction(text, { clientId: CLIENT_ID, issuer: wire.origin });
  if (found.status !== 'present') return `no transaction: ${found.status}`;
  const now = Math.floor(Date.now() / 1000) as NumericDate;
  const read = readAuthorizationResponse({ clientId: CLIENT_ID }, found.transaction, url, now);
  return read.ok ? 'accepted' : read.failure.code;
}

/** The person is asked about, with the session that was there before. */
export const userinfo = (name: string, server: Server, outcome: string, more: More = {}): Variant => ({
  name,
  outcome,
  asks: ['userinfo'],
  ...more,
  async play(stage) {
    stage.turn(at(server, stage));
    return { outcome: await stage.codeOf(stage.client.userinfo(), 'ok') };
  },
});

/** Anything else. */
export const way = (name: string, outcome: string, play: Variant['play'], more: More = {}): Variant => ({
  name,
  outcome,
  asks: [],
  ...more,
  play,
});
