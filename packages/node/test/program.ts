/** The program of {@link ./login-program.ts}, in a pseudo-terminal or with pipes, and what a test sees of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn as spawnTerminal } from '@lydell/node-pty';
import { afterEach } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./login-program.ts', import.meta.url));

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | number | null };

export type Program = {
  /** What the person has seen so far. */
  text(): string;
  /** Resolves when that has come; what matched. */
  until(pattern: RegExp): Promise<string>;
  readonly ended: Promise<Ended>;
};

/** Only what a program needs, so that a test means the same on every machine. */
const environment = (more: Record<string, string>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  TERM: 'xterm',
  BROWSER: 'none',
  ...more,
});

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function watcher(): { add(part: string): void; readonly seen: Pick<Program, 'text' | 'until'> } {
  let text = '';
  const waits = new Set<() => void>();
  const until = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = pattern.exec(text);
        if (!found) return;
        waits.delete(look);
        resolve(found[1] ?? found[0]);
      };
      waits.add(look);
      look();
    });
  const add = (part: string): void => {
    text += part;
    for (const look of [...waits]) look();
  };
  return { add, seen: { text: () => text, until } };
}

export function inTerminal(
  more: Record<string, string> = {},
  command: readonly [string, ...string[]] = [process.execPath, PROGRAM],
): Program & { readonly terminal: IPty } {
  const { add, seen } = watcher();
  const [file, ...options] = command;
  const terminal = spawnTerminal(file, options, { cols: 200, rows: 24, env: environment(more) });
  terminal.onData(add);
  let over = false;
  const ended = new Promise<Ended>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      over = true;
      resolve({ code: exitCode, signal: signal || null });
    });
  });
  stops.push(() => over || terminal.kill('SIGKILL'));
  return { ...seen, ended, terminal };
}

export function withPipes(more: Record<string, string> = {}): Program & { readonly child: ChildProcess } {
  const { add, seen } = watcher();
  const child = spawn(process.execPath, [PROGRAM], { env: environment(more), stdio: 'pipe' });
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  stops.push(() => child.kill('SIGKILL'));
  return { ...seen, ended, child };
}

/** The callback URL of the login whose authorization URL was printed. */
export function callbackOf(authorizationUrl: string, code = 'C0DE-of-this-login'): string {
  const { searchParams } = new URL(authorizationUrl);
  const callback = new URL(searchParams.get('redirect_uri') ?? '');
  callback.search = `${new URLSearchParams({ code, state: searchParams.get('state') ?? '' })}`;
  return callback.href;
}
