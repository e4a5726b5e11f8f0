/** Discovery as a table: what each state accepts, where it goes, what it asks for. Tests and docs/flows.md read it. */
import { everyAnswer, type Row, type Table } from './flow-table.ts';
import type { ServerState } from './server-flow.ts';

type Status = ServerState['status'];

const FAILED: Row<Status> = { to: 'failed', effects: [] };
const KNOWN: Row<Status> = { to: 'known', effects: [] };
const OAUTH: Row<Status> = { to: 'awaiting_oauth_authorization_server', effects: ['send_request'] };

export const SERVER_TABLE: Table<Status> = {
  awaiting_openid_configuration: {
    ...everyAnswer(FAILED),
    response_received: [KNOWN, { to: 'awaiting_openid_configuration', effects: ['send_request'] }, OAUTH, FAILED],
  },
  awaiting_oauth_authorization_server: { ...everyAnswer(FAILED), response_received: [KNOWN, OAUTH, FAILED] },
  known: everyAnswer(KNOWN),
  failed: everyAnswer(FAILED),
};
