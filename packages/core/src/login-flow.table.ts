/** The login as a table: what each state accepts, where it goes, what it asks for. Tests and docs/flows.md read it. */
import type { Answer, Effect } from './effect.ts';
import type { LoginState } from './login-state.ts';

export type Row = { readonly to: LoginState['status']; readonly effects: readonly Effect['type'][] };
export type Table = Readonly<Record<LoginState['status'], Readonly<Record<Answer['type'], readonly Row[]>>>>;

const FAILED: readonly Row[] = [{ to: 'failed', effects: [] }];
const FORGOTTEN: readonly Row[] = [{ to: 'failed', effects: ['forget_transaction'] }];
const stays = (status: LoginState['status']): readonly Row[] => [{ to: status, effects: [] }];

const ALL_FAIL: Readonly<Record<Answer['type'], readonly Row[]>> = {
  returned: FAILED,
  departed: FAILED,
  cancelled: FAILED,
  dismissed: FAILED,
  spent: FAILED,
  already_spent: FAILED,
  unknown: FAILED,
  response_received: FAILED,
  signature_checked: FAILED,
  effect_failed: FAILED,
};

const allStay = (status: LoginState['status']): Readonly<Record<Answer['type'], readonly Row[]>> => ({
  returned: stays(status),
  departed: stays(status),
  cancelled: stays(status),
  dismissed: stays(status),
  spent: stays(status),
  already_spent: stays(status),
  unknown: stays(status),
  response_received: stays(status),
  signature_checked: stays(status),
  effect_failed: stays(status),
});

export const LOGIN_TABLE: Table = {
  awaiting_callback: {
    returned: [
      { to: 'awaiting_receipt', effects: ['spend_transaction'] },
      { to: 'failed', effects: ['spend_transaction'] },
      { to: 'awaiting_callback', effects: [] },
    ],
    departed: stays('awaiting_callback'),
    dismissed: stays('awaiting_callback'),
    cancelled: FORGOTTEN,
    spent: FORGOTTEN,
    already_spent: FORGOTTEN,
    unknown: FORGOTTEN,
    response_received: FORGOTTEN,
    signature_checked: FORGOTTEN,
    effect_failed: FORGOTTEN,
  },
  awaiting_receipt: { ...ALL_FAIL, spent: [{ to: 'awaiting_tokens', effects: ['send_request'] }, ...FAILED] },
  awaiting_tokens: {
    ...ALL_FAIL,
    response_received: [
      { to: 'awaiting_keys', effects: ['send_request'] },
      { to: 'logged_in', effects: ['save_session'] },
      { to: 'failed', effects: [] },
    ],
  },
  awaiting_keys: {
    ...ALL_FAIL,
    response_received: [
      { to: 'awaiting_signature', effects: ['verify_signature'] },
      { to: 'failed', effects: [] },
    ],
  },
  awaiting_signature: {
    ...ALL_FAIL,
    signature_checked: [
      { to: 'logged_in', effects: ['save_session'] },
      { to: 'awaiting_signature', effects: ['verify_signature'] },
      { to: 'failed', effects: [] },
    ],
  },
  logged_in: allStay('logged_in'),
  failed: allStay('failed'),
};
