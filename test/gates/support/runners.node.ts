/** The blocks that show `@proofkey/node`, which is what applications install -> what each has to do. */
import { expect } from 'vitest';
import { addressesIn, placed, runProgram, startApiThatWantsMore, type World } from './world.ts';

export type Runner = (source: string, world: World) => Promise<void>;

const CONTACTS = "{ contacts: [ 'Charles Babbage', 'Mary Somerville' ] }\n";

export const nodeRunners: Readonly<Record<string, Runner>> = {
  cli: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world));
    expect(stdout, stderr).toBe(`Hello Ada Lovelace\n${CONTACTS}`);
    expect(code).toBe(0);
  },

  verbs: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world));
    expect(code, stderr).toBe(0);
    const lines = stdout.split('\n').filter(Boolean);
    expect(lines.filter((line) => line.startsWith('now '))).toEqual([
      'now logged_out',
      'now logged_in',
      'now logged_out',
    ]);
    expect(lines.filter((line) => line.startsWith('step log'))).toEqual([
      ...['step login_started', 'step logged_in', 'step logged_out'],
    ]);
    expect(lines.at(-1)).toBe('ada@example.com had a token of some characters');
  },

  refused: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world), { answer: 'refuse' });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^.+\nWhy: .+\nFix: .+\nhttps:.+#authorization_refused\n$/m);
    expect(code).toBe(1);
  },

  outcome: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world));
    expect(stdout, stderr).toBe("logged_in ada [ 'openid' ] verified\nfalse\n");
    expect(code).toBe(0);
  },

  /** The page of the server is shown to the person, with who is meant and where they come back. */
  logout: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world));
    expect(stdout, stderr).toBe('refresh token taken back: false; page of the server shown: true\n');
    const [shown = ''] = /http:\S+\/oidc\/logout\?\S+(?=\n)/.exec(stderr) ?? [];
    expect(Object.fromEntries(new URL(shown).searchParams)).toMatchObject({
      client_id: world.server.clientId,
      post_logout_redirect_uri: 'https://my-cli.example/bye',
      id_token_hint: expect.stringMatching(/^eyJ/),
    });
    expect(code).toBe(0);
  },

  stepup: async (source, world) => {
    const api = await startApiThatWantsMore();
    try {
      const { code, stdout, stderr } = await runProgram(placed(source, { ...world, api }));
      expect(stdout, stderr).toBe('insufficient_user_authentication\n200\n');
      const asked = addressesIn(stderr).map((url) => new URL(url).searchParams.get('max_age'));
      expect(asked).toEqual([null, '300']);
      expect(code).toBe(0);
    } finally {
      await api.close();
    }
  },

  claims: async (source, world) => {
    const { code, stdout, stderr } = await runProgram(placed(source, world));
    expect(stdout, stderr).toBe('Hello ADA LOVELACE\n');
    expect(code).toBe(0);
    const other = placed(source, world).replaceAll('name', 'nickname');
    const refused = await runProgram(other);
    expect(refused.stderr).toMatch(/ProofkeyError: claims refused \(nickname\)/);
    expect(refused.code).toBe(1);
  },

  /** A program without a terminal: nothing is printed but what the `shell` in the place of Electron's prints. */
  desktop: async (source, world) => {
    const shell = 'const shell = { openExternal: async (url: string) => console.error(url) };\n';
    const { code, stdout, stderr } = await runProgram(`${shell}${placed(source, world)}`);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^http:\S+\n$/);
    expect(code).toBe(0);
  },
};
