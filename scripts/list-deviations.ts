/** Deviations of `@proofkey/msw` -> `docs/deviations.md`: every switch. `--check` fails when the page is stale. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Deviation } from '../packages/msw/src/authorization-server/deviation.ts';
import { BODIES } from '../packages/msw/src/authorization-server/deviations.bodies.ts';
import { CALLBACKS } from '../packages/msw/src/authorization-server/deviations.callbacks.ts';
import { CHARACTERS } from '../packages/msw/src/authorization-server/deviations.characters.ts';
import { DISCOVERY } from '../packages/msw/src/authorization-server/deviations.discovery.ts';
import { FRONT_CHANNEL } from '../packages/msw/src/authorization-server/deviations.front-channel.ts';
import { ID_TOKEN } from '../packages/msw/src/authorization-server/deviations.id-token.ts';
import { KEY_SET } from '../packages/msw/src/authorization-server/deviations.key-set.ts';
import { METADATA } from '../packages/msw/src/authorization-server/deviations.metadata.ts';
import { PROTOCOL } from '../packages/msw/src/authorization-server/deviations.protocol.ts';
import { REFUSALS } from '../packages/msw/src/authorization-server/deviations.refusals.ts';
import { SIGNATURE } from '../packages/msw/src/authorization-server/deviations.signature.ts';
import { TOKEN_RESPONSE } from '../packages/msw/src/authorization-server/deviations.token-response.ts';
import { DEVIATIONS } from '../packages/msw/src/authorization-server/deviations.ts';
import { USERINFO } from '../packages/msw/src/authorization-server/deviations.userinfo.ts';
import { writePage } from './page.ts';

const AREAS: Readonly<Record<string, Readonly<Record<string, Deviation>>>> = {
  'Callbacks that attack': FRONT_CHANNEL,
  'Callbacks with characters that nobody can read': CHARACTERS,
  'Callbacks of real servers': CALLBACKS,
  'Token responses: members': TOKEN_RESPONSE,
  'Token responses: bodies, and what comes in their place': BODIES,
  'ID Tokens: signatures': SIGNATURE,
  'ID Tokens: claims': ID_TOKEN,
  Userinfo: USERINFO,
  'Metadata that attack': METADATA,
  'Metadata and revocation of real servers': DISCOVERY,
  'Key sets': KEY_SET,
  Errors: REFUSALS,
  'What real servers do not check': PROTOCOL,
};

const HEAD = `# Deviations

<!-- Made by \`pnpm deviations\` from packages/msw/src/authorization-server. Do not edit. -->

The server of \`@proofkey/msw\` is honest until \`as.deviate('name', ...)\`. \`as.honest()\` ends that, and so does
\`reset()\`. Several at once work together, in the order in which they were named.

Real servers do what has nothing in its last column: a client survives it, or ends the login with an error. What has
a sentence there is hostile, and must be refused. A test fails with that sentence (\`spoiled_answer_believed\`) when
the client goes on: sends the code of that callback, uses a token of that answer, or sends a person to the server of
those metadata. What a client makes of a userinfo or of a key set, the server can not see.

Callbacks that repeat parameters or are not decodable are redirects: with \`response_mode=form_post\` they stay honest.

\`AT-\` numbers are those of [attacks.md](attacks.md).
`;

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/</g, '&lt;');

const row = ([name, { does, seen, duty = '' }]: [string, Deviation]): string =>
  `| \`${name}\` | ${cell(does)} | ${cell(seen)} | ${cell(duty)} |\n`;

const COLUMNS = `| name | what the server does | where it was seen | what a client has to do |
|---|---|---|---|
`;

const section = ([title, deviations]: [string, Readonly<Record<string, Deviation>>]): string =>
  `\n## ${title}\n\n${COLUMNS}${Object.entries(deviations).map(row).join('')}`;

/** The whole page. */
export function deviationsPage(): string {
  const listed = Object.values(AREAS).reduce((sum, area) => sum + Object.keys(area).length, 0);
  if (listed !== Object.keys(DEVIATIONS).length) throw new Error('an area of deviations is not in this script');
  return HEAD + Object.entries(AREAS).map(section).join('');
}

/** Where the page is. */
export const deviationsFile: string = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/deviations.md');

if (import.meta.main) writePage(deviationsFile, deviationsPage(), 'pnpm deviations');
