/** What the tables of the machines are made of: for each state and answer, where it may go and what it asks for. */
import type { Answer, Effect } from './effect.ts';

export type Row<Status extends string> = { readonly to: Status; readonly effects: readonly Effect['type'][] };
export type Rows<Status extends string> = Readonly<Record<Answer['type'], readonly Row<Status>[]>>;
export type Table<Status extends string> = Readonly<Record<Status, Rows<Status>>>;

/** The same rows for every answer. */
export const everyAnswer = <Status extends string>(...rows: readonly Row<Status>[]): Rows<Status> => ({
  returned: rows,
  departed: rows,
  cancelled: rows,
  dismissed: rows,
  spent: rows,
  already_spent: rows,
  unknown: rows,
  digested: rows,
  response_received: rows,
  keys_received: rows,
  signature_checked: rows,
  effect_failed: rows,
});
