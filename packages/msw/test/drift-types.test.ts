/** A word of the protocol renamed in openapi/ does not compile in the mock, whether it reads it or writes it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { change, generate, options, root, workshop } from '../../api/test/description.ts';

const server = join(root, 'packages/msw/src/authorization-server');

/** Generates from a changed copy of the description. @returns the files of the server that do not compile, with why */
function compileErrors(edit: (text: string) => string): readonly string[] {
  const shop = workshop();
  change(shop.spec, edit);
  change(shop.overlay, edit);
  const { status, stderr } = generate(...options(shop));
  if (status !== 0) throw new Error(stderr);
  const settings = join(dirname(dirname(shop.out)), 'tsconfig.json');
  const paths = {
    '@proofkey/api': [join(shop.out, 'index.ts')],
    '@proofkey/core': [join(root, 'packages/core/src/index.ts')],
  };
  const extend = join(root, 'tsconfig.base.json');
  writeFileSync(
    settings,
    JSON.stringify({ extends: extend, compilerOptions: { paths }, include: [join(server, '*.ts')] }),
  );
  const command = [join(root, 'node_modules/.bin/tsc'), '--pretty', 'false', '-p', settings] as const;
  const { stdout } = spawnSync(command[0], command.slice(1), { cwd: root, encoding: 'utf8' });
  return Array.from(stdout.matchAll(/^(\S[^(\n]*)\(\d+,\d+\): error TS\d+: (.*)$/gm), ([, file = '', why]) => ({
    file,
    why,
  }))
    .filter(({ file }) => file.includes('msw/src/authorization-server/'))
    .map(({ file, why }) => `${basename(file)}: ${why}`);
}

const renamed = (text: string, word: string): string =>
  text.replace(new RegExp(`\\b${word}\\b`, 'g'), `${word}_renamed`);

test('negative control: the description as it is compiles', () => {
  expect(compileErrors((text) => text)).toEqual([]);
});

/** Word -> the file that names it. One renaming hides no other: no two of a group stand in one expression. */
const GROUPS: readonly Readonly<Record<string, string>>[] = [
  {
    code_verifier: 'code-exchange.ts',
    client_secret: 'token-request.ts',
    token: 'revocation.ts',
    max_age: 'authorization-request.ts',
    post_logout_redirect_uri: 'logout.ts',
    access_token: 'tokens.ts',
    error_description: 'draft.ts',
    email_verified: 'claims.ts',
    revocation_endpoint: 'metadata.ts',
  },
  {
    redirect_uri: 'code-exchange.ts',
    grant_type: 'token-request.ts',
    refresh_token: 'refresh.ts',
    code_challenge_method: 'authorization-request.ts',
    expires_in: 'tokens.ts',
    iss: 'authorization.ts',
    sub: 'userinfo.ts',
    kid: 'metadata.ts',
  },
  { auth_time: 'tokens.ts', code: 'authorization.ts', id_token_hint: 'logout.ts' },
];

test.each(GROUPS)('the compiler leads to the files that name them, after a renaming: %o', (group) => {
  const errors = compileErrors((text) => Object.keys(group).reduce(renamed, text));
  for (const [word, file] of Object.entries(group))
    expect(errors, `${word} in ${file}`).toContainEqual(expect.stringMatching(`^${file}: .*\\b${word}\\b`));
});

test('every parameter is read under a described name, but for the fields of our own pages and in deviations', () => {
  const calls = readdirSync(server).flatMap((file) =>
    Array.from(
      readFileSync(join(server, file), 'utf8').matchAll(/\b(?:parameterOf|valuesOf)\(([^)]*)\)/g),
      ([call]) => `${file}: ${call}`,
    ),
  );
  // A deviation changes what it does not understand.
  const own = (call: string): boolean =>
    /^deviation|^(interaction|logout)\.ts: .*'(username|password|answer)'\)$/.test(call);
  expect(calls.filter((call) => !own(call))).toEqual([]);
});
