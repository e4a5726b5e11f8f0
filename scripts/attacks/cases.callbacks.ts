/** AT-13 to AT-22: where a callback may arrive, how often, and what nobody can read. RFC 3986; RFC 9700, section 4. */
import { resumeLogin, thawTransaction } from '@proofkey/core';
import type { DeviationName } from '@proofkey/msw';
import type { Case, Played } from './case.ts';
import { deliver, follow } from './person.ts';
import { type Begun, CLIENT_ID, type Stage } from './stage.ts';
import { visibleStore } from './visible-store.ts';
import { arrived, callback, deviant, KEYS, METADATA, way } from './ways.ts';

const UNKNOWN = 'unknown_transaction';

/** A good callback that arrives somewhere else. */
const elsewhere = (name: string, to: (redirectUri: string) => string) =>
  callback(name, { url: ({ redirectUri }, { search }) => to(redirectUri) + search }, 'redirect_uri_mismatch');

const spoiled = (deviation: DeviationName, ...codes: readonly string[]) =>
  callback(deviation, { deviations: [deviation] }, ...codes);

/** A callback that arrived, and what happens with it then. */
const replayed = (
  name: string,
  outcome: string,
  again: (stage: Stage, url: string, begun: Begun) => Promise<Played>,
  asks = KEYS,
) =>
  way(
    name,
    outcome,
    async (stage) => {
      const begun = await stage.begin();
      return again(stage, await follow(begun.url), begun);
    },
    { accepted: true, asks },
  );

const ended = async (stage: Stage, ...ends: readonly PromiseLike<unknown>[]): Promise<Played> => {
  const codes = await Promise.all(ends.map((end) => stage.codeOf(end)));
  return { outcome: [...new Set(codes)].join(', ') };
};

/** What a page or a log would show of it. */
function markupIn({ errors }: Stage, page: string): readonly string[] {
  const { failure } = Object(errors.at(-1)) as { failure?: { oauth?: { error_uri?: string } } };
  return [
    ...(page.includes('<img') ? ['the page has the markup of the server in it'] : []),
    ...(page.includes('You are not logged in') ? [] : ['the page does not say that nobody is logged in']),
    ...(failure?.oauth?.error_uri === undefined ? [] : ['error_uri is handed on']),
  ];
}

const smuggled = (name: string, value: string) =>
  way(`extra: { ${name} }`, 'reserved_parameter', async (stage) => ({
    outcome: await stage.codeOf(stage.begin(stage.client, { extra: { [name]: value } })),
  }));

export const CALLBACKS: readonly Case[] = [
  {
    id: 'AT-13',
    title: 'Redirect URI look-alike',
    variants: [
      spoiled('callback_beside_redirect_uri', 'redirect_uri_mismatch'),
      spoiled('callback_below_redirect_uri', 'redirect_uri_mismatch'),
      spoiled('callback_on_another_port', 'redirect_uri_mismatch'),
      spoiled('callback_on_another_host', 'redirect_uri_mismatch'),
      elsewhere('https in the place of http', (uri) => uri.replace('http:', 'https:')),
      elsewhere('user information', (uri) => uri.replace('//', '//user@')),
      elsewhere('https://client.example.org/cb.evil', () => 'https://client.example.org/cb.evil'),
      elsewhere('/cb/../admin', (uri) => `${uri}/../admin`),
      elsewhere(':8443', (uri) => uri.replace(/:\d+/, ':8443')),
    ],
  },
  {
    id: 'AT-14',
    title: 'Malformed percent escapes / charset',
    variants: [
      spoiled('state_not_decodable', 'malformed_parameter', UNKNOWN),
      spoiled('state_is_percent_sign', 'malformed_parameter', UNKNOWN),
      spoiled('code_not_decodable', 'malformed_parameter'),
      deviant('line_break_in_code', 'malformed_parameter', { asks: [] }),
      deviant('null_in_code', 'malformed_parameter', { asks: [] }),
    ],
  },
  {
    id: 'AT-15',
    title: 'Prototype pollution by parameter name',
    variants: [deviant('prototype_names_in_callback', 'logged_in', { accepted: true, asks: KEYS })],
  },
  {
    id: 'AT-16',
    title: 'Markup in error_description / error_uri',
    variants: [
      deviant('markup_in_callback_error', 'authorization_refused', {
        asks: [],
        request: { prompt: 'none', maxAge: 0 },
        also: markupIn,
      }),
    ],
  },
  {
    id: 'AT-17',
    title: 'Oversized callback',
    variants: [spoiled('oversized_callback', 'callback_too_large', UNKNOWN)],
  },
  {
    id: 'AT-18',
    title: 'Replay of the callback (back button, bookmark, StrictMode, double deep link)',
    variants: [
      replayed('twice at the listener, at once', 'logged_in', async (stage, url, { outcome }) => {
        await Promise.all([deliver(url), deliver(url)]);
        return ended(stage, outcome);
      }),
      replayed('twice at handleCallback, at once', 'logged_in', ({ client, ...stage }, url) =>
        ended({ client, ...stage }, client.handleCallback(url), client.handleCallback(url)),
      ),
      replayed('at the listener, and then at handleCallback', 'logged_in', async (stage, url, { outcome }) => {
        await Promise.all([outcome, deliver(url)]);
        return ended(stage, stage.client.handleCallback(url));
      }),
      replayed('in another process, later', 'logged_in', async (stage, url, { outcome }) => {
        await Promise.all([outcome, deliver(url)]);
        return ended(stage, stage.clientOf().handleCallback(url));
      }),
      replayed('by the core alone', 'transaction_consumed', async ({ transactions, wire }, url, { outcome, state }) => {
        await Promise.all([outcome, deliver(url)]);
        const [, text = null] = [...transactions.entries].find(([key]) => key.endsWith(state)) ?? [];
        const found = resumeLogin(thawTransaction(text, { clientId: CLIENT_ID, issuer: wire.origin }), url);
        return { outcome: found.status === 'failed' ? found.failure.code : found.status };
      }),
    ],
  },
  {
    id: 'AT-21',
    title: 'Session fixation of a login URL',
    variants: [
      way(
        "the attacker's authorization URL, opened by the victim",
        `state_mismatch, ${UNKNOWN}`,
        async (stage) => {
          const own = stage.clientOf({ transactionStore: visibleStore(), sessionStore: visibleStore() });
          const attackers = await stage.begin(own);
          const begun = await stage.begin();
          return arrived(stage, begun, begun.redirectUri + new URL(await follow(attackers.url)).search);
        },
        { asks: METADATA },
      ),
    ],
  },
  {
    id: 'AT-22',
    title: '`request_uri` / reserved parameter smuggling by caller data',
    variants: [
      smuggled('redirect_uri', 'https://evil.example/cb'),
      smuggled('state', 'ATTACKER_STATE'),
      smuggled('code_challenge_method', 'plain'),
      smuggled('request_uri', 'urn:ietf:params:oauth:request_uri:evil'),
    ],
  },
];
