/** A row and what really happened -> is it as the row says? Reads what a row states only after it was run. */
import type { Outcome, Row } from './rows.ts';

/** Proven by tests that are named with the row's id: they need a session, a retry or a poll. */
const STATEFUL = ['session', 'retry', 'retryable', 'discard', 'poll', 'stored_scope_unchanged', 'dpop_nonce'];

/** Done on the text, so that no member name is touched; what is repeated is a letter or a bracket. */
export const expand = (row: Row): Row =>
  JSON.parse(JSON.stringify(row).replace(/<<repeat:(.+?):(\d+)>>/g, (_, text, times) => text.repeat(Number(times))));

const same = (expected: unknown, found: unknown): boolean =>
  typeof expected === 'string' && /^<\w+>$/.test(expected)
    ? typeof found === 'string' && found.length >= 43
    : JSON.stringify(expected) === JSON.stringify(found);
const holds = (expected: Row = {}, found: Row = {}): boolean =>
  Object.entries(expected).every(([name, value]) => STATEFUL.includes(name) || same(value, found[name]));
/** For a server of ours: the status, and the headers that the row names. */
const answerHolds = ({ status, headers }: Row = {}, answer: Row): boolean =>
  holds({ status }, answer) && holds(headers, answer['headers']);

/** The row's own statements about what is returned, read only now. */
function valuesHold(row: Row, values: Row): boolean {
  const { form, raw = '', headers, text = '', response } = values;
  const { repeated = {}, must_not_contain: secrets = [], raw_contains = '', params = row['form'] } = row;
  // Lists are compared as they are; what other objects state is looked into below.
  const whole = (value: unknown): boolean => typeof value !== 'object' || Array.isArray(value);
  const stated = Object.keys(values).filter((name) => name in row && whole(values[name]));
  return (
    stated.every((name) => same(row[name], values[name])) &&
    [holds(row['result'], values), holds(row['headers'], headers), holds(params, form)].every(Boolean) &&
    (response === undefined || answerHolds(row['response'], response)) &&
    (params === undefined || Object.keys(form).every((name) => name in params)) &&
    Object.entries(repeated).every(([name, count]) => [form?.[name]].flat().length === count) &&
    raw.includes(raw_contains) &&
    secrets.every((secret: string) => !text.includes(secret))
  );
}

export type List = 'wrongly_accepted' | 'wrongly_refused' | 'different_result' | 'not_supported';

/** Where a row belongs that did not come out as expected. */
export function listOf(row: Row, { kind, values = {} }: Outcome): List | undefined {
  const { expect } = row;
  if (expect === 'either' || (kind === expect && valuesHold(row, values))) return undefined;
  if (kind === 'accept' && expect !== 'accept') return 'wrongly_accepted';
  return expect === 'accept' && kind !== 'accept' ? 'wrongly_refused' : 'different_result';
}
