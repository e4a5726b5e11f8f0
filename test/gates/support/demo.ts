/** `npm run demo` in a pseudo-terminal -> what a person sees of it, and the secrets that were there to be seen. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { expect } from 'vitest';
import { isOfDesktop } from '../../../scripts/demo/desktop.ts';
import { root, withFolder } from './processes.ts';
import type { Secret } from './secrets.ts';

/** Milliseconds: a bound, not a measurement. */
const LIMIT = 60_000;

const support = (file: string): string => join(root, 'test/gates/support', file);
export const imported = (file: string): string => `--import=${pathToFileURL(support(file)).href}`;
export const DEMO: string = join(root, 'scripts/demo.ts');

export type Terminal = {
  /** Everything that was shown so far, with the marks that move the cursor. */
  shown(): string;
  /** Waits until it is shown. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  /** The exit code; 128 and more for a signal. */
  ended(): Promise<number>;
};

export type Run = { readonly code: number; readonly shown: string; readonly secrets: readonly Secret[] };

/** The demo is what a person starts with `npm run demo -- ...`; `act` is the person. */
export function inTerminal(
  args: readonly string[],
  act: (terminal: Terminal) => void | Promise<void> = () => {},
  { env = {}, browser }: { readonly env?: NodeJS.ProcessEnv; readonly browser?: readonly string[] } = {},
): Promise<Run> {
  return withFolder({}, async (folder) => {
    const file = join(folder, 'secrets');
    const opened = browser && { BROWSER: browserIn(folder, browser) };
    const terminal = open([imported('record-secrets.ts'), DEMO, ...args], { SECRETS_FILE: file, ...opened, ...env });
    try {
      await act(terminal);
      const code = await terminal.ended();
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      return { code, shown: terminal.shown(), secrets: lines.map((line) => JSON.parse(line) as Secret) };
    } finally {
      terminal.kill();
    }
  });
}

/** An executable, as the launcher wants it. */
function browserIn(folder: string, args: readonly string[]): string {
  const path = join(folder, 'browser');
  const words = [process.execPath, support('demo-browser.ts'), '"$1"', ...args];
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')}\n`);
  chmodSync(path, 0o700);
  return path;
}

/** What would decide for the person which browser is opened, and how. */
const decides = (name: string): boolean => /^(NODE_OPTIONS|CI|BROWSER)$/.test(name) || isOfDesktop(name);

function open(args: readonly string[], more: NodeJS.ProcessEnv): Terminal & { kill(): void } {
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !decides(name))),
    ...more,
  };
  const options = { name: 'xterm-256color', cols: 100, rows: 30, cwd: root, env };
  const child = spawn(process.execPath, [...args], options);
  let shown = '';
  let code: number | undefined;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.onData((text) => {
    shown += text;
    changed();
  });
  child.onExit(({ exitCode, signal }) => {
    code = signal ? 128 + signal : exitCode;
    changed();
  });
  /** What `look` finds, as soon as it does. */
  const found = <T>(what: string, look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => settle(new Error(`${what} did not come; shown so far:\n${shown}`)), LIMIT);
      const settle = (result: T | Error): void => {
        clearTimeout(late);
        watchers.delete(watch);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const watch = (): void => {
        const result = look();
        if (result !== undefined) settle(result);
        else if (code !== undefined) settle(new Error(`it ended with ${code} before ${what} came:\n${shown}`));
      };
      watchers.add(watch);
      watch();
    });
  return {
    shown: () => shown,
    until: (pattern) => found(`${pattern}`, () => pattern.exec(shown) ?? undefined),
    type: (text) => child.write(text),
    ended: () => found('the end', () => code),
    kill() {
      if (code === undefined) child.kill('SIGKILL');
    },
  };
}

/** The address that the person is to open. The terminal does not break lines by itself. */
export const ADDRESS: RegExp = /http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+/;

const ERASE_LINE = '\r\u001b[2K';

/** Lines as they stand on the screen in the end. */
export const linesOf = (shown: string): readonly string[] =>
  shown.split(/\r?\n/).map((line) => line.split(ERASE_LINE).at(-1) ?? '');

/** The numbers at the beginnings of lines, in the order in which they came. */
export const stepsIn = (lines: readonly string[]): readonly number[] =>
  lines.flatMap((line) => /^(\d+) /.exec(line)?.[1] ?? []).map(Number);

export const ELEVEN: readonly number[] = Array.from({ length: 11 }, (_, index) => index + 1);

/** @param kinds must have been there: what was never seen cannot be missed */
export function expectNoSecret(text: string, secrets: readonly Secret[], kinds: readonly string[]): void {
  expect(secrets.map(({ name }) => name)).toEqual(expect.arrayContaining([...kinds]));
  const leaked = secrets.filter(({ value }) => text.includes(value) || text.includes(encodeURIComponent(value)));
  expect(leaked.map(({ name }) => name)).toEqual([]);
}
