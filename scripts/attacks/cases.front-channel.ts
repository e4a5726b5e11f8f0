/** AT-01 to AT-04, AT-08 to AT-11: what a callback may bring. RFC 6749, sections 4.1.2 and 10.12; RFC 9700, 4. */
import { createHash } from 'node:crypto';
import type { Case } from './case.ts';
import { MIX_UP } from './cases.mix-up.ts';
import { deliver, follow } from './person.ts';
import type { Begun } from './stage.ts';
import { visibleStore } from './visible-store.ts';
import { arrived, callback, deviant, METADATA, TOKEN, way } from './ways.ts';

/** Exactly these parameters, at the redirect URI. */
const query =
  (text: string) =>
  ({ redirectUri, state }: Begun): string =>
    `${redirectUri}?${text.replace('=S', `=${state}`)}`;

const exactly = (text: string, ...codes: readonly string[]) => callback(`?${text}`, { url: query(text) }, ...codes);

const UNKNOWN = 'unknown_transaction';

export const FRONT_CHANNEL: readonly Case[] = [
  {
    id: 'AT-01',
    title: "Login CSRF: attacker's code in victim's browser",
    variants: [
      exactly('code=ATTACKER_CODE&state=ATTACKER_STATE', 'state_mismatch', UNKNOWN),
      callback('state_of_another_login', { deviations: ['state_of_another_login'] }, 'state_mismatch', UNKNOWN),
      callback('state_with_suffix', { deviations: ['state_with_suffix'] }, 'state_mismatch', UNKNOWN),
      way(
        "the attacker's own good callback",
        `state_mismatch, ${UNKNOWN}`,
        async (stage) => {
          const own = stage.clientOf({ transactionStore: visibleStore(), sessionStore: visibleStore() });
          const attackers = await stage.begin(own);
          const begun = await stage.begin();
          const { search } = new URL(await follow(attackers.url));
          return arrived(stage, begun, begun.redirectUri + search);
          // The attacker's client asks where the server is, too.
        },
        { asks: METADATA },
      ),
      way('no login under way', UNKNOWN, async (stage) => {
        const client = stage.clientOf({ transactionStore: visibleStore() });
        const url = 'http://127.0.0.1/callback?code=ATTACKER_CODE&state=ATTACKER_STATE';
        return { outcome: await stage.codeOf(client.handleCallback(url)) };
      }),
    ],
  },
  {
    id: 'AT-02',
    title: 'CSRF with stripped state',
    variants: [
      exactly('code=X', 'state_missing', UNKNOWN),
      exactly('code=X&state=', 'state_missing', UNKNOWN),
      callback('state_missing', { deviations: ['state_missing'] }, 'state_missing', UNKNOWN),
    ],
  },
  {
    id: 'AT-03',
    title: 'Forged error aborts the login',
    variants: [
      exactly('error=access_denied', 'state_missing', UNKNOWN),
      exactly('error=access_denied&state=wrong', 'state_mismatch', UNKNOWN),
      callback('callback_is_forged_error', { deviations: ['callback_is_forged_error'] }, 'state_mismatch', UNKNOWN),
    ],
  },
  {
    id: 'AT-04',
    title: "Code injection into the victim's own flow",
    variants: [
      deviant('callback_with_attackers_code', 'token_request_refused'),
      way(
        "a good code, made for the attacker's verifier",
        'token_request_refused',
        async (stage) => {
          const begun = await stage.begin();
          const attackers = new URL(begun.url);
          attackers.searchParams.set('code_challenge', createHash('sha256').update('attacker').digest('base64url'));
          const injected = new URL(await follow(attackers.href)).searchParams.get('code') ?? '';
          const given = new URL(await follow(begun.url));
          given.searchParams.set('code', injected);
          const [outcome] = await Promise.all([stage.codeOf(begun.outcome), deliver(given.href)]);
          const again = await stage.codeOf(stage.client.handleCallback(given.href));
          const { body = '' } = stage.wire.exchanges.filter(({ place }) => place === 'token').at(-1) ?? {};
          return {
            outcome,
            wrongs: [
              ...(again === 'transaction_consumed' ? [] : [`the same callback again ends with ${again}`]),
              ...(body.includes('code_verifier=') ? [] : ['the code goes without a verifier']),
            ],
          };
        },
        { asks: TOKEN, misuses: ['state_reused', 'nonce_reused', 'code_verifier_of_another_login'] },
      ),
    ],
  },
  ...MIX_UP,
  {
    id: 'AT-08',
    title: 'Duplicate parameters',
    variants: [
      exactly('code=good&code=evil&state=S', 'duplicate_parameter'),
      exactly('state=S&state=evil&code=X', 'duplicate_parameter', UNKNOWN),
      callback('callback_repeats_code', { deviations: ['callback_repeats_code'] }, 'duplicate_parameter'),
      callback(
        'callback_starts_with_another_code',
        { deviations: ['callback_starts_with_another_code'] },
        'duplicate_parameter',
      ),
      callback('callback_repeats_state', { deviations: ['callback_repeats_state'] }, 'duplicate_parameter', UNKNOWN),
      callback('callback_repeats_iss', { deviations: ['callback_repeats_iss'] }, 'duplicate_parameter'),
    ],
  },
  {
    id: 'AT-09',
    title: 'Error and code together',
    variants: [deviant('error_beside_code', 'authorization_refused', { asks: [] })],
  },
  {
    id: 'AT-10',
    title: 'Token injection in the front channel',
    variants: [
      deviant('token_in_callback', 'unexpected_parameter', { asks: [], never: ['EVIL'] }),
      way(
        'token_in_callback_fragment',
        'unexpected_parameter',
        async (stage) => {
          const begun = await stage.begin();
          stage.turn({ deviations: ['token_in_callback_fragment'] });
          // A fragment never reaches a listener: only whoever pastes the address brings it.
          return { outcome: await stage.codeOf(stage.client.handleCallback(await follow(begun.url))) };
        },
        { never: ['EVIL'] },
      ),
    ],
  },
  {
    id: 'AT-11',
    title: 'Fragment/query confusion',
    variants: [
      callback('callback_in_other_part_of_url', { deviations: ['callback_in_other_part_of_url'] }, 'state_missing'),
      callback(
        '#code=X&state=S',
        { url: ({ redirectUri, state }) => `${redirectUri}#code=X&state=${state}` },
        'state_missing',
      ),
    ],
  },
];
