/** Ctrl+C while a login waits: cancelled, cleaned up, then 130. On real processes, signals and pseudo-terminals. */
import { expect, test } from 'vitest';
import { refused } from './listener.ts';
import { callbackOf, inTerminal, type Program, withPipes } from './program.ts';

const CTRL_C = '\u0003';
const URL_LINE = /(http:\S+\/authorize\?\S+)/;
/** Long after the program waits for a person. */
const WAITING = /Waiting on [\d.]+:\d+, \d+:\d\d left\./;
const NOTHING_LEFT = 'left: 0 logins, 0 listeners, raw false';

/** A whole process starts in each of these. This is a limit, not a measurement. */
const LIMIT = 30_000;

async function waiting<T extends Program>(program: T): Promise<T & { readonly url: string }> {
  await program.until(WAITING);
  return { ...program, url: await program.until(URL_LINE) };
}

test('NA-13: Ctrl+C at the terminal ends the program with 130, and nothing is left', { timeout: LIMIT }, async () => {
  const { terminal, ended, text, url } = await waiting(inTerminal());
  terminal.write(CTRL_C);
  expect(await ended).toEqual({ code: 130, signal: null });
  expect(text()).toContain('kept: 1 logins');
  expect(text()).toContain(NOTHING_LEFT);
  expect(text()).not.toContain('ended:');
  await refused(callbackOf(url));
});

test('SIGINT without a terminal does the same', { timeout: LIMIT }, async () => {
  const { child, ended, text, url } = await waiting(withPipes());
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: 130, signal: null });
  expect(text()).toContain(NOTHING_LEFT);
  await refused(callbackOf(url));
});

test('two logins at once are both cleaned up before the program ends', { timeout: LIMIT }, async () => {
  const program = inTerminal({ LOGINS: '2', STUCK: 'second' });
  await program.until(/left, and on /);
  program.terminal.write(CTRL_C);
  expect(await program.ended).toEqual({ code: 130, signal: null });
  expect(program.text()).toContain('kept: 2 logins');
  expect(program.text()).toContain(NOTHING_LEFT);
});

test.each([
  [
    'at the terminal',
    (): Program & { stop(): void } => {
      const program = inTerminal({ OWN_SIGINT: '1' });
      return { ...program, stop: () => program.terminal.write(CTRL_C) };
    },
  ],
  [
    'by a signal',
    (): Program & { stop(): void } => {
      const program = withPipes({ OWN_SIGINT: '1' });
      return { ...program, stop: () => program.child.kill('SIGINT') };
    },
  ],
] as const)(
  'a program that listens to SIGINT decides itself, when it comes %s',
  { timeout: LIMIT },
  async (_, start) => {
    const program = await waiting(start());
    program.stop();
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(program.text()).toContain('own listener');
    expect(program.text()).toContain('ended: user_cancelled');
    expect(program.text()).toContain('left: 0 logins, 1 listeners, raw false');
  },
);

test('a program that listens to SIGINT once decides itself, too', { timeout: LIMIT }, async () => {
  const program = withPipes({ OWN_SIGINT: 'once' });
  await program.until(/Waiting on /);
  program.child.kill('SIGINT');
  expect(await program.ended).toEqual({ code: 7, signal: null });
  expect(program.text()).toContain('own listener');
  expect(program.text()).toContain('left: 0 logins, 0 listeners, raw false');
});

test('a second Ctrl+C ends a clean-up that hangs', { timeout: LIMIT }, async () => {
  const program = inTerminal({ STUCK: 'store' });
  await waiting(program);
  program.terminal.write(CTRL_C);
  await program.until(/cannot forget/);
  // The terminal is cooked again: this one is a signal, and nobody listens.
  program.terminal.write(CTRL_C);
  const { code, signal } = await program.ended;
  expect(code === 130 || signal === 2).toBe(true);
  expect(program.text()).not.toContain('left:');
});

test('a second SIGINT ends a clean-up that hangs', { timeout: LIMIT }, async () => {
  const program = await waiting(withPipes({ STUCK: 'store' }));
  program.child.kill('SIGINT');
  await program.until(/cannot forget/);
  program.child.kill('SIGINT');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('Ctrl+C after the callback has arrived does what it always did', { timeout: LIMIT }, async () => {
  const program = await waiting(withPipes({ STUCK: 'token' }));
  await fetch(callbackOf(program.url), { redirect: 'manual' });
  await program.until(/asked for tokens/);
  program.child.kill('SIGINT');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('a login that ends by itself lets the program end, and leaves the terminal as it was', {
  timeout: LIMIT,
}, async () => {
  const { ended, text } = inTerminal({ TIME_LIMIT: '1' });
  expect(await ended).toEqual({ code: 7, signal: null });
  expect(text()).toContain('ended: redirect_timeout');
  expect(text()).toContain(NOTHING_LEFT);
});

test('without a terminal the program ends by itself too, though its input stays open', { timeout: LIMIT }, async () => {
  const { ended, text, child } = withPipes({ TIME_LIMIT: '1' });
  expect(await ended).toEqual({ code: 7, signal: null });
  expect(text()).toContain('ended: redirect_timeout');
  expect(child.stdin?.writableEnded).toBe(false);
});

test('a program that is suspended gets its terminal back, and the login goes on', { timeout: LIMIT }, async () => {
  const shell = inTerminal({ PS1: 'shell> ' }, ['bash', '--norc', '--noprofile', '-i']);
  await shell.until(/shell> $/);
  const [node, program] = [process.execPath, new URL('./login-program.ts', import.meta.url).pathname];
  shell.terminal.write(`'${node}' '${program}'\r`);
  const { url } = await waiting(shell);
  shell.terminal.write('\u001a');
  await shell.until(/Stopped/);
  // A terminal that echoes: the command comes once as it is typed, and once as what it prints.
  shell.terminal.write('echo is-"echoed"\r');
  await shell.until(/is-"echoed"[\s\S]*is-echoed/);
  shell.terminal.write('fg\r');
  await shell.until(/is-echoed[\s\S]*fg[\s\S]*Waiting on/);
  shell.terminal.write(`${callbackOf(url)}\r`);
  await shell.until(/ended: network_error/);
  expect(shell.text()).not.toContain('C0DE');
});
