/** Processes of {@link ./file-lock-child.ts}, what they tell and what they leave; and a session to fight over. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Session } from '@proofkey/core';

const CHILD = fileURLToPath(new URL('./file-lock-child.ts', import.meta.url));

export const SESSION = {
  version: 1,
  issuer: 'https://as.example',
  clientId: 'app',
  loginId: 'l0gin',
  revision: 1,
  sub: null,
  grant: { refreshToken: null, scope: ['contacts'], journal: null },
  tokenSets: {},
  idToken: null,
} as unknown as Session;

export const lockPath = (folder: string, name: string): string =>
  join(folder, `${createHash('sha256').update(name).digest('hex')}.lock`);

export const locksIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.lock')) : [];

/** What a process leaves that was killed an hour ago. */
export function leaveDeadLock(folder: string, name: string): void {
  mkdirSync(lockPath(folder, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(lockPath(folder, name), 'a'.repeat(24)), '');
  age(lockPath(folder, name));
}

export function age(path: string): void {
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(path, hourAgo, hourAgo);
}

export type Child = {
  readonly child: ChildProcess;
  /** The next thing that it tells; rejects when it ends instead. */
  told(): Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
};

export function startChild(folder: string, what: string, kind: 'lock' | 'no lock' = 'lock', argument = ''): Child {
  return forked(CHILD, [what, folder, kind, argument], { quiet: what === 'crash' });
}

export type ForkOptions = { readonly env?: NodeJS.ProcessEnv; readonly quiet?: boolean };

/** @param program a module that tells its parent how far it is */
export function forked(program: string, options: readonly string[], { env, quiet = false }: ForkOptions = {}): Child {
  const stdio = ['ignore', 'ignore', quiet ? 'ignore' : 'inherit', 'ipc'] as const;
  const child = fork(program, [...options], { stdio: [...stdio], timeout: 90_000, ...(env && { env }) });
  const heard: string[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  let isOver = false;
  child.on('message', (text: string) => {
    heard.push(text);
    wake();
  });
  const ended = new Promise<number | string | null>((resolve) => {
    // When all that it told has come, too.
    child.once('close', (code, signal) => {
      isOver = true;
      wake();
      resolve(code ?? signal);
    });
  });
  const told = async (): Promise<string> => {
    while (heard.length === 0 && !isOver) await new Promise<void>((go) => waiting.push(go));
    const text = heard.shift();
    if (text === undefined) throw new Error('it ended without a word');
    return text;
  };
  return { child, told, ended };
}
