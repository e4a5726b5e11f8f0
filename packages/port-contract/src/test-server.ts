/** Request at the server of the tests -> what it answers. Pure: any HTTP server can play it. RFC 9110. */
import { BODY_LIMIT } from '@proofkey/core';

export interface TestRequest {
  readonly method: string;
  /** Path and query as they were sent. RFC 9112, section 3.2. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** An answer, or that there is none: `hang` keeps the connection open in silence, `drop` closes it. */
export type TestAnswer =
  | 'hang'
  | 'drop'
  | {
      readonly status: number;
      /** Names as they go over the wire: in upper and lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /**
       * After the body: `end` when absent; `repeat` sends it again and again, until the connection is closed; `drop`
       * closes the connection, so that the body is seen to be incomplete.
       */
      readonly ending?: 'end' | 'repeat' | 'drop';
    };

/** A page in a browser may read all of it, so that the tests can run there against a server elsewhere. */
const HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  // A star stands for every name but this one (Fetch, CORS-preflight fetch).
  'Access-Control-Allow-Headers': 'Authorization, *',
  'Access-Control-Allow-Methods': '*',
  'Access-Control-Expose-Headers': '*',
  'Content-Type': 'application/json; charset=utf-8',
  'X-Odd-Case': 'Yes, Sir',
};

/** What the body of an answer says that only a followed redirect leads to. */
export const FOLLOWED = 'followed';

/** Text whose characters have one to four octets. */
export const TEXT = '{"text":"a, ü, Ω, 日, 😀"}';

export const AT_LIMIT: string = 'x'.repeat(BODY_LIMIT);

/** What `/has/<name>/<value>` answers: the request has it, has none, has another one. */
export const HAS = 200;
export const HAS_NONE = 404;
export const HAS_ANOTHER = 409;

/**
 * The answer to every request of the tests of `transport` and `resourceFetch`. It keeps nothing between requests.
 *
 * Serve it by any HTTP server: write the status and the headers as they are, and the body as UTF-8.
 */
export function answerTestRequest(request: TestRequest): TestAnswer {
  const answer = (body: string, status = 200, headers?: Readonly<Record<string, string>>): TestAnswer => ({
    status,
    headers: { ...HEADERS, ...headers },
    body,
  });
  if (request.method === 'OPTIONS') return answer('');
  const [path = '', argument = '', more = '%2Ffollowed'] = request.target.split('?', 1)[0]?.slice(1).split('/') ?? [];
  switch (path) {
    case 'echo':
      return answer(JSON.stringify(request), 200, { 'Set-Cookie': 'kept=yes; Path=/' });
    case 'text':
      return answer(TEXT);
    case 'status':
      return answer('{"error":"of_the_test"}', Number(argument));
    case 'redirect':
      return answer('{}', Number(argument), { Location: decodeURIComponent(more) });
    case 'has':
      return answer('{}', statusOf(request, argument, decodeURIComponent(more)));
    case 'followed':
      return answer(FOLLOWED);
    case 'limit':
      return answer(AT_LIMIT);
    case 'endless':
      return { status: 200, headers: HEADERS, body: 'y'.repeat(65_536), ending: 'repeat' };
    case 'cut':
      return { status: 200, headers: HEADERS, body: '{"access_token":"at', ending: 'drop' };
    case 'hang':
      return 'hang';
    case 'drop':
      return 'drop';
    default:
      return answer('{}', 404);
  }
}

/** For those who see nothing of an answer but its status: has the request this method, body or header? */
function statusOf(request: TestRequest, member: string, value: string): number {
  const found = member === 'method' || member === 'body' ? request[member] : request.headers[member];
  if (found === undefined) return HAS_NONE;
  return found === value ? HAS : HAS_ANOTHER;
}
