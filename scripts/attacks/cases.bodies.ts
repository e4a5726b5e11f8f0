/** AT-30 to AT-34, AT-36: bodies that are no answer. RFC 6749, section 5.1; RFC 8259; RFC 9110, section 8.3. */
import type { ServerResponse } from 'node:http';
import type { DeviationName } from '@proofkey/msw';
import { fetchTransport } from '../../packages/node/src/transport.ts';
import type { Case, Variant } from './case.ts';
import { instead, withClaims, withMembers } from './forged.ts';
import type { Stage } from './stage.ts';
import { deviant, KEYS, type LoginMore, login, METADATA, userinfo } from './ways.ts';
import { type Reply, send } from './wire.ts';

const MALFORMED = 'malformed_token_response';
const FRESH = { fresh: true, asks: METADATA } as const;
/** With its keys still to be asked for. */
const UNKNOWN_KEYS = { fresh: true, asks: [...METADATA, ...KEYS] } as const;
const GOOD = { accepted: true, asks: KEYS } as const;

const refused = (...deviations: readonly DeviationName[]): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, MALFORMED));

/** What no deviation says, in the place of the token response. */
const answered = (name: string, reply: Reply, outcome: string, more: LoginMore = {}): Variant =>
  login(name, { replies: { token: reply } }, outcome, more);

const JSON_TYPE = { 'content-type': 'application/json' };

/** More than anybody reads, and more than is written down here. */
const PARTS = 200;

/** Parts that are sent as fast as they are taken, and then so slowly that nobody waits for the end. */
const endless =
  (part: string, pause: number): Reply =>
  async (outgoing) => {
    outgoing.writeHead(200, JSON_TYPE);
    // Bounded, so that a client that reads on for ever is seen and does not fill the memory.
    for (let count = 0; count < PARTS && !outgoing.destroyed; count += 1) {
      if (!outgoing.write(part)) await drained(outgoing);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    outgoing.end();
  };

const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });

const silent: Reply = () => undefined;

/** Seconds that one request may take: the ten of the Node.js transport are the same code, and longer to wait for. */
const HURRY: LoginMore = { adjust: (ports) => ({ ...ports, transport: fetchTransport({ timeLimit: 2 }) }) };
const HURRIED = { ...HURRY, asks: [...METADATA, 'token'], deadline: 8 } as const;

/** The connection was let go, long before the server came to its end. */
const cancelled = ({ wire }: Stage): readonly string[] => {
  const { answer = '' } = wire.exchanges.filter(({ place }) => place === 'token').at(-1) ?? {};
  return answer.length < 65_536 * PARTS * 0.9 ? [] : ['the whole body is read'];
};

const raw = ({ errors, printed }: Stage): readonly string[] =>
  /X-Evil|forged/.test(`${Object(errors.at(-1)).message}${printed()}`) ? ['a line of the attacker is in a log'] : [];

export const BODIES: readonly Case[] = [
  {
    id: 'AT-30',
    title: 'HTML with 200 (captive portal)',
    variants: [
      ...refused('token_answer_is_html'),
      answered(
        '200 text/html <!doctype html>',
        instead({ headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }),
        MALFORMED,
      ),
      deviant('key_set_is_html', 'malformed_key_set', UNKNOWN_KEYS),
      deviant('metadata_is_html', 'malformed_metadata_response', FRESH),
      userinfo('userinfo_is_html', { deviations: ['userinfo_is_html'] }, 'malformed_userinfo_response'),
    ],
  },
  {
    id: 'AT-31',
    title: 'Wrong content type',
    variants: [
      ...refused('token_answer_typed_as_html', 'token_answer_without_content_type', 'token_answer_typed_as_jsonp'),
      deviant('token_answer_typed_in_odd_case', 'logged_in', GOOD),
    ],
  },
  {
    id: 'AT-32',
    title: 'Invalid JSON',
    variants: refused(
      'token_answer_truncated',
      'token_answer_with_trailing_text',
      'token_answer_is_null',
      'token_answer_is_array',
      'token_answer_in_array',
      'token_answer_is_text',
      'token_answer_with_bom',
      'token_answer_nested_deeply',
      'token_answer_is_empty',
      'token_answer_is_no_content',
    ),
  },
  {
    id: 'AT-33',
    title: 'Prototype keys in JSON',
    variants: [
      deviant('token_answer_with_prototype_member', 'logged_in', { ...GOOD, never: ['evil'] }),
      deviant('id_token_with_prototype_sub', 'id_token_sub_invalid', { never: ['admin'] }),
      userinfo('userinfo_sub_in_prototype', { deviations: ['userinfo_sub_in_prototype'] }, 'userinfo_sub_missing'),
      deviant('token_endpoint_in_prototype', 'invalid_metadata', FRESH),
    ],
  },
  {
    id: 'AT-34',
    title: 'Huge body',
    variants: [
      deviant('token_answer_too_large', 'response_too_large'),
      deviant('id_token_too_large', 'response_too_large'),
      answered(
        'an ID Token of 300,000 characters',
        withClaims(() => ({ padding: 'a'.repeat(225_000) })),
        'id_token_too_large',
      ),
      deviant('metadata_too_large', 'response_too_large', FRESH),
      answered('endless, as fast as it goes', endless(' '.repeat(65_536), 0), 'response_too_large', {
        also: cancelled,
      }),
      answered('endless, a little at a time', endless(' ', 100), 'network_error', HURRIED),
      answered('no answer at all', silent, 'network_error', HURRIED),
      answered(
        'headers, and then nothing',
        (outgoing) => outgoing.writeHead(200, JSON_TYPE).flushHeaders(),
        'network_error',
        HURRIED,
      ),
      answered(
        'a body that ends before its length',
        (outgoing) =>
          outgoing.writeHead(200, { ...JSON_TYPE, 'content-length': '4000' }).write('{', () => outgoing.destroy()),
        'network_error',
      ),
    ],
  },
  {
    id: 'AT-36',
    title: 'Response splitting characters in values',
    variants: [
      deviant('line_break_in_access_token', MALFORMED),
      answered(
        'access_token: "abc\\r\\nX-Evil: 1"',
        withMembers(() => ({ access_token: 'abc\r\nX-Evil: 1' })),
        MALFORMED,
        { also: raw },
      ),
      deviant('line_break_in_code', 'malformed_parameter', { asks: [], also: raw }),
      answered(
        'error: "a\\r\\nb"',
        instead({ status: 400, headers: JSON_TYPE, body: '{"error":"a\\r\\nb"}' }),
        'http_error',
      ),
      deviant('line_break_in_callback_error', 'malformed_parameter', {
        asks: [],
        request: { prompt: 'none' },
        also: raw,
      }),
      answered(
        'a header that is folded',
        (outgoing, honest) => send(outgoing, { ...honest, headers: { ...honest.headers, 'x-evil': '1\tforged' } }),
        'logged_in',
        { ...GOOD, also: raw },
      ),
    ],
  },
];
