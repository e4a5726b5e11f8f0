/** The login as a table: what each state accepts, where it goes, what it asks for. Tests and docs/flows.md read it. */
import { everyAnswer, type Row, type Table } from './flow-table.ts';
import type { LoginState } from './login-state.ts';

type Status = LoginState['status'];

const FAILED: Row<Status> = { to: 'failed', effects: [] };
const LOGGED_IN: Row<Status> = { to: 'logged_in', effects: ['save_session'] };
const HASHING: Row<Status> = { to: 'awaiting_hash', effects: ['digest'] };
const WAITING: Row<Status> = { to: 'awaiting_callback', effects: [] };

const ALL_FAIL = everyAnswer(FAILED);

export const LOGIN_TABLE: Table<Status> = {
  awaiting_challenge: {
    ...ALL_FAIL,
    digested: [{ to: 'awaiting_callback', effects: ['save_transaction', 'open_user_agent'] }, FAILED],
  },
  awaiting_callback: {
    ...everyAnswer<Status>({ to: 'failed', effects: ['forget_transaction'] }),
    returned: [
      { to: 'awaiting_receipt', effects: ['spend_transaction'] },
      { to: 'failed', effects: ['spend_transaction'] },
      WAITING,
    ],
    departed: [WAITING],
    dismissed: [WAITING],
  },
  awaiting_receipt: { ...ALL_FAIL, spent: [{ to: 'awaiting_tokens', effects: ['send_request'] }, FAILED] },
  awaiting_tokens: {
    ...ALL_FAIL,
    response_received: [{ to: 'awaiting_keys', effects: ['get_keys'] }, HASHING, LOGGED_IN, FAILED],
  },
  awaiting_keys: {
    ...ALL_FAIL,
    keys_received: [{ to: 'awaiting_signature', effects: ['verify_signature'] }, FAILED],
  },
  awaiting_signature: {
    ...ALL_FAIL,
    signature_checked: [LOGGED_IN, HASHING, { to: 'awaiting_signature', effects: ['verify_signature'] }, FAILED],
  },
  awaiting_hash: { ...ALL_FAIL, digested: [LOGGED_IN, FAILED] },
  logged_in: everyAnswer<Status>({ to: 'logged_in', effects: [] }),
  failed: everyAnswer(FAILED),
};
