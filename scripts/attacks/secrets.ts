/** What crossed the wire and lies in the stores -> the secrets of this run; texts -> those that are in them. */
import { inspect } from 'node:util';
import type { Exchange } from './wire.ts';

const NAMES = 'state|nonce|code|code_verifier|codeVerifier|access_token|refresh_token|id_token';
const IN_FORM = new RegExp(`(?:^|[?&#\\s])(?:${NAMES})=([^&#\\s"]+)`, 'g');
const IN_JSON = new RegExp(`"(?:${NAMES})"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'g');
const BEARER = /Bearer ([^\s",]+)/g;
/** Shorter ones are words, such as `evil`, that may stand anywhere. */
const SHORTEST = 8;

/** Every value of a secret parameter, as it was written and as it is read. */
export function secretsIn(...texts: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const text of texts)
    for (const pattern of [IN_FORM, IN_JSON, BEARER])
      for (const [, value = ''] of text.matchAll(pattern))
        for (const one of [value, decoded(value), ...value.split('.')]) if (one.length >= SHORTEST) found.add(one);
  return found;
}

/** The first part of every JWT of a key is the same, and says nothing. */
const isHeader = (value: string): boolean => /^eyJ[\w-]+$/.test(value) && value.length < 200;

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

export const textOf = ({ url, body, headers, answer }: Exchange): string =>
  `${url}\n${body}\n${headers['authorization'] ?? ''}\n${answer}`;

/** Tokens that a server gave away in these answers, short ones too. */
export function tokensIn(exchanges: readonly Exchange[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { answer } of exchanges)
    for (const [, value = ''] of answer.matchAll(/"(?:access_token|refresh_token|id_token)"\s*:\s*"([^"]+)"/g))
      found.add(value);
  return found;
}

/** How a value looks to whoever logs it: its text, its JSON, and all that an inspector finds. */
export function viewsOf(value: unknown): string {
  const { message, stack } = Object(value) as Partial<Error>;
  const json = (() => {
    try {
      return JSON.stringify(value);
    } catch {
      return '';
    }
  })();
  const seen = inspect(value, { depth: 12, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });
  return [String(value), message, stack, json, seen].join('\n');
}

/** How many of them are in the text. */
export const leaksIn = (text: string, secrets: Iterable<string>): number =>
  [...secrets].filter((secret) => !isHeader(secret) && text.includes(secret)).length;
