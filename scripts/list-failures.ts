/** `@proofkey/core/explain` -> `docs/failures.md`: every failure with its causes. `--check` fails when it is stale. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saidTexts } from '../packages/core/src/explain.server.ts';
import { type Explanation, explanations, type Text } from '../packages/core/src/explain.ts';
import type { FailureKind } from '../packages/core/src/failure.ts';
import { writePage } from './page.ts';

const KINDS: Readonly<Record<FailureKind, string>> = {
  oauth_error: 'The authorization server, or the person, said no. `failure.oauth` holds what the server said.',
  untrusted_response: 'Something that arrived was refused: it is malformed, or a security check failed.',
  effect_failed: 'The platform could not do what was asked: network, storage, user agent.',
  misuse: 'The application asked for something impossible. Fix the code or the configuration.',
};

const RECOVERIES = `| \`recovery\` | what an application does |
|---|---|
| \`log_in_again\` | Offers the login. |
| \`retry\` | Tries again, later or at once. |
| \`fix_configuration\` | Nothing at run time: a developer corrects settings, here or at the server. |
| \`report\` | Shows a general message and reports it: something is broken, or somebody attacks. |
| \`none\` | Nothing. |
`;

const HEAD = `# Failures

<!-- Made by \`pnpm failures\` from packages/core/src/explain.ts. Do not edit. -->

Everything that can go wrong is a value: \`{ kind, code, recovery, sessionSurvives, message }\`. Branch on \`code\`, or
do what \`recovery\` says. No failure holds a token, a code, a verifier, a nonce or a state. In development,
\`explainText(failure)\` of \`@proofkey/core/explain\` prints what is written here.

${RECOVERIES}`;

const lines = ({ why, fix }: Explanation): string => `- **Why** ${why}\n- **Fix** ${fix}\n`;

/** What the server can say of this code, each with its own causes. */
const said = (code: string): string =>
  Object.entries(saidTexts)
    .filter(([name]) => name.startsWith(`${code}/`))
    .map(([name, text]) => `\n**\`${name.slice(code.length + 1)}\`** ${text.what}\n\n${lines(text)}`)
    .join('');

const section = ([code, text]: [string, Text]): string =>
  `\n### ${code}\n\n${text.what} Recovery: \`${text.recovery}\`.\n\n${lines(text)}${said(code)}`;

/** The whole page. The anchors are the codes, because every message links to them. */
export function failuresPage(): string {
  const all = Object.entries<Text & { readonly kind: FailureKind }>(explanations);
  const parts = Object.entries(KINDS).map(([kind, what]) => {
    const sections = all.filter(([, text]) => text.kind === kind).map(section);
    return `\n## \`${kind}\`\n\n${what}\n${sections.join('')}`;
  });
  return `${HEAD}${parts.join('')}`;
}

/** Where the page is. */
export const failuresFile: string = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/failures.md');

if (import.meta.main) writePage(failuresFile, failuresPage(), 'pnpm failures');
