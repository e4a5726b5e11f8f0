/** One request being answered: what every endpoint is given, and what it gives back. */
import { encodeBase64url } from '@proofkey/core';
import { deviationOf } from './deviations.ts';
import type { Draft } from './draft.ts';
import type { ServerRequest } from './http.ts';
import type { Misuse } from './misuse.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { HONEST, type Rules } from './rules.ts';
import type { ServerState } from './state.ts';
import { pathIn, queryOf } from './url.ts';

export interface Turn {
  readonly state: ServerState;
  readonly rules: Rules;
  readonly method: string;
  /** The method is GET then; nothing may come of it. RFC 9110, section 9.2.1. */
  readonly isHead: boolean;
  /** Of the URL, percent-encoded as it came. */
  readonly path: string;
  readonly query: Parameters;
  /** Of a form; empty for every other body. */
  readonly form: Parameters;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** NumericDate. */
  readonly now: number;
  /** The number of this step in the log. */
  readonly step: number;
  /** The error that a test asked for. */
  readonly refusal?: string;
  /** A new unguessable text of 43 characters: 256 bits as base64url. */
  random(): string;
}

/** The answer of one endpoint, and what is different afterwards. */
export interface Reply {
  readonly draft: Draft;
  /** What the server remembers now; as before when absent. */
  readonly state?: ServerState;
  /** Which login this belongs to. */
  readonly login?: number;
  readonly misuses?: readonly Misuse[];
}

export type Endpoint = (turn: Turn) => Reply;

/** Octets that one `answer` needs at most: six texts of 32 octets. */
export const ENTROPY_LENGTH = 192;

/** Fresh octets -> a function that gives away 32 of them at a time. Throws when it is asked for more than there are. */
export function randomTexts(entropy: Uint8Array): () => string {
  let at = 0;
  return () => {
    if (at + 32 > entropy.length) throw new RangeError(`an answer needs ${ENTROPY_LENGTH} octets of entropy`);
    at += 32;
    return encodeBase64url(entropy.subarray(at - 32, at));
  };
}

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** A request as it arrived -> the turn that answers it. */
export function turnOf(state: ServerState, request: ServerRequest, now: number, entropy: Uint8Array): Turn {
  const { headers, body, url } = request;
  const bent = state.deviations.map((name) => deviationOf(name).rules ?? {});
  const rules: Rules = Object.assign({}, HONEST, ...bent);
  const method = request.method.toUpperCase();
  return {
    state,
    rules,
    method: method === 'HEAD' ? 'GET' : method,
    isHead: method === 'HEAD',
    path: pathIn(url),
    query: readParameters(queryOf(url)),
    form: FORM.test(headers['content-type'] ?? '') ? readParameters(body) : jsonForm(rules, body),
    headers,
    body,
    now,
    step: state.steps + 1,
    random: randomTexts(entropy),
  };
}

/** The members of a JSON body, for servers that take one. */
function jsonForm({ jsonBodies }: Rules, body: string): Parameters {
  if (!jsonBodies) return [];
  try {
    const value: unknown = JSON.parse(body);
    return Object.entries(Object(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  } catch {
    return [];
  }
}
