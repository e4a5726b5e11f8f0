/** What the person sees of a login that waits, and the callback URL that the person brings. RFC 8252, section 7.3. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loopbackUserAgent } from '../src/loopback.ts';
import { redirectAddressOf } from '../src/loopback-address.ts';
import { promptOf } from '../src/prompt.ts';
import { CALLBACK, finish, type Options, type Paper, paper, refused, started, visit } from './listener.ts';
import { callbackOf, inTerminal } from './program.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const HINT = 'That is not where this login ends.';
const INVITATION = 'Browser on another machine? It ends on a page that cannot be shown:\npaste its address here:';
const CONTROL = /[^\P{Cc}\n]/u;

/** The terminal of somebody else, as a server has it for each connection. */
function terminalInput(): PassThrough & { readonly isTTY: true; readonly modes: boolean[]; isRaw: boolean } {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true as const, isRaw: false, modes });
  return Object.assign(input, {
    setRawMode(raw: boolean) {
      modes.push(raw);
      input.isRaw = raw;
    },
  });
}

async function reading(more: Options & { readonly input?: PassThrough; readonly output?: Paper } = {}) {
  const { input = new PassThrough(), output = paper(), ...options } = more;
  const login = await started({ ...options, terminal: { input, output } });
  return { ...login, input, output };
}

/** Lets what was written arrive. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// Whoever runs the tests may sit at any terminal, or at none.
beforeEach(() => void vi.stubEnv('TERM', 'xterm'));

describe('the URL', () => {
  test('is printed before the browser is opened', async () => {
    const output = paper();
    let before = '';
    const openBrowser = (): void => {
      before = output.text();
    };
    await started({ openBrowser, terminal: { output } });
    await turn();
    expect(before).toBe('Open this address in your browser to log in:\n\n  https://as.example/authorize\n\n');
  });

  test('is printed too where no browser is opened, with the reason in one line', async () => {
    const output = paper();
    await started({ openBrowser: false, terminal: { output } });
    expect(output.text()).toContain('https://as.example/authorize');
    expect(output.text()).toContain(
      '\nNo browser is opened: this program opens none. The address can be opened in any browser.\n',
    );
  });

  test('is opened by the default browser where the program says so, unless the person does not want it', async () => {
    vi.stubEnv('BROWSER', 'none');
    const output = paper();
    await started({ openBrowser: true, terminal: { output } });
    expect(output.text()).toContain('\nNo browser is opened: BROWSER is "none". ');
  });

  test('brings no control character to the terminal', async () => {
    const output = paper();
    await started({ url: 'https://as.example/\u001b]0;title\u0007?a=\u001b[2J\u009b', terminal: { output } });
    expect(output.text()).toContain('https://as.example/%1B]0;title%07?a=%1B[2J%C2%9B\n');
    expect(output.text()).not.toMatch(CONTROL);
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', '-a Calculator'])(
    'AT-35: %j is neither printed nor opened, and ends the login',
    async (url) => {
      const output = paper();
      const openBrowser = vi.fn();
      const { outcome } = await started({ url, openBrowser, terminal: { output } });
      await expect(outcome).rejects.toMatchObject({ code: 'user_agent_failed' });
      expect(openBrowser).not.toHaveBeenCalled();
      expect(output.text()).toBe('');
    },
  );
});

describe('the time left', () => {
  test('is one line with the whole limit, and no control character, where there is no terminal', async () => {
    const output = paper();
    const { redirectUri } = await started({ timeLimit: 300, terminal: { output } });
    const waits = output
      .text()
      .split('\n')
      .filter((line) => line.startsWith('Waiting'));
    expect(waits).toEqual([`Waiting on ${new URL(redirectUri).host}, 5:00 left.`]);
    expect(output.text()).not.toMatch(CONTROL);
  });

  test('is rewritten each second on a terminal, and erased at the end', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const output = paper({ isTTY: true });
    const login = await started({ timeLimit: 3600, terminal: { output } });
    const before = output.text().length;
    await vi.advanceTimersByTimeAsync(2000);
    const { host } = new URL(login.redirectUri);
    const erase = '\r\u001b[2K';
    expect(output.text().slice(before)).toBe(
      `${erase}Waiting on ${host}, 59:59 left.${erase}Waiting on ${host}, 59:58 left.`,
    );
    await finish(login);
    expect(output.text().endsWith(`59:58 left.${erase}`)).toBe(true);
    const end = output.text();
    await vi.advanceTimersByTimeAsync(5000);
    expect(output.text()).toBe(end);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never wraps, so that it can be erased', async () => {
    const output = paper({ isTTY: true, columns: 20 });
    await started({ terminal: { output } });
    expect(output.text().split('\r\u001b[2K').at(-1)?.split('\n').at(-1)).toHaveLength(19);
  });

  test('is not rewritten on a terminal that cannot', async () => {
    vi.stubEnv('TERM', 'dumb');
    const output = paper({ isTTY: true });
    await started({ timeLimit: 86_400, terminal: { output } });
    expect(output.text()).toMatch(/, 24:00:00 left\.\n$/);
    expect(output.text()).not.toMatch(CONTROL);
  });

  test('of two logins at once stands in one line, and the other goes on when one ends', async () => {
    const output = paper({ isTTY: true, columns: 200 });
    const one = await started({ timeLimit: 60, terminal: { output } });
    const two = await started({ timeLimit: 300, terminal: { output } });
    const [first, second] = [new URL(one.redirectUri).host, new URL(two.redirectUri).host];
    const last = (): string | undefined => output.text().split('\r\u001b[2K').at(-1);
    expect(last()).toMatch(new RegExp(`Waiting on ${first}, \\d:\\d\\d left, and on ${second}, \\d:\\d\\d left\\.$`));
    await finish(one);
    expect(last()).toMatch(new RegExp(`^Waiting on ${second}, \\d:\\d\\d left\\.$`));
  });

  test('that cannot be written does not end the login', async () => {
    const output = paper({ isTTY: true });
    const login = await started({ terminal: { output } });
    output.destroy(new Error('EPIPE'));
    await turn();
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });
});

describe('a callback URL that is pasted', () => {
  test.each<[string, (url: string) => string]>([
    ['as it is', (url) => `${url}\n`],
    ['with white space', (url) => `  ${url}\t\r\n`],
    ['in quotes', (url) => `"${url}"\n`],
    ['in angle brackets', (url) => `<${url}>\n`],
    ['between the marks of a paste', (url) => `\u001b[200~${url}\u001b[201~\n`],
    ['after an empty line', (url) => `\n\n${url}\n`],
    ['as a browser shows it, without http://', (url) => `${url.slice('http://'.length)}\n`],
    ['after Ctrl+D and other keys that write nothing', (url) => `\u0004\t\u001b[A\u001bOB\u0007\u0000${url}\n`],
  ])('ends the wait: %s', async (_, text) => {
    const { input, output, outcome, redirectUri, departure } = await reading();
    expect(output.text()).toContain(`${INVITATION}\n`);
    input.write(text(redirectUri + CALLBACK));
    expect(await outcome).toEqual({ type: 'returned', url: redirectUri + CALLBACK });
    await departure.close(true);
    await refused(redirectUri);
    expect(output.text()).not.toContain(HINT);
    expect(output.text()).not.toContain('c0de');
  });

  test('in parts ends the wait when the line is complete, and not before', async () => {
    const { input, outcome, redirectUri } = await reading();
    let over = false;
    const ended = outcome.finally(() => {
      over = true;
    });
    for (const letter of redirectUri + CALLBACK) input.write(letter);
    await turn();
    expect(over).toBe(false);
    input.write('\n');
    expect(await ended).toMatchObject({ type: 'returned' });
  });

  test('closes the listener at once: no browser waits for a page', async () => {
    const { input, outcome, redirectUri, departure } = await reading();
    input.write(`${redirectUri + CALLBACK}\n`);
    await outcome;
    // No time passes, so that a close that waits would wait for ever.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    await departure.close(true);
    await refused(redirectUri);
  });

  test('is taken once: the browser that comes later is refused', async () => {
    const { input, outcome, redirectUri } = await reading();
    input.write(`${redirectUri + CALLBACK}\n`);
    await outcome;
    expect((await visit({ url: redirectUri + CALLBACK })).status).toBe(400);
  });

  test('of something else gets a hint that repeats none of it, and the wait goes on', async () => {
    const { input, output, outcome, redirectUri } = await reading();
    const wrong = `${redirectUri}?code=s3cret&state=of-another-login`;
    input.write(`${wrong}\nhelp\n`);
    await turn();
    expect(output.text().split(HINT)).toHaveLength(3);
    const whole = `${HINT} Paste the whole address from the address bar.\nIt begins with ${redirectUri}\n`;
    expect(output.text().split(whole)).toHaveLength(3);
    expect(output.text()).not.toMatch(/s3cret|of-another|help/);
    input.write(`${redirectUri + CALLBACK}\n`);
    expect(await outcome).toMatchObject({ type: 'returned' });
  });

  test('that is longer than any callback is dropped, and the next line is read', async () => {
    const { input, output, outcome, redirectUri } = await reading();
    const tooLong = `${redirectUri}?code=${'c'.repeat(16_384)}&state=ours`;
    input.write(`${tooLong}\n`);
    await turn();
    expect(output.text()).toContain(HINT);
    input.write(`${redirectUri + CALLBACK}\n`);
    expect(await outcome).toEqual({ type: 'returned', url: redirectUri + CALLBACK });
  });

  test('that no login wants gets a hint of each of them, as each begins in its own way', async () => {
    const [input, output] = [new PassThrough(), paper()];
    const one = await reading({ input, output });
    const two = await reading({ input, output });
    input.write('nonsense\n');
    await turn();
    for (const { redirectUri } of [one, two]) expect(output.text()).toContain(`begins with ${redirectUri}\n`);
  });

  test('goes to the login that it belongs to, of two at one terminal', async () => {
    const [input, output] = [new PassThrough(), paper()];
    const one = await reading({ input, output });
    const two = await reading({ input, output });
    input.write(`${two.redirectUri + CALLBACK}\nnonsense\n`);
    await turn();
    input.write(`${one.redirectUri + CALLBACK}\n`);
    expect(await two.outcome).toMatchObject({ url: two.redirectUri + CALLBACK });
    expect(await one.outcome).toMatchObject({ url: one.redirectUri + CALLBACK });
    expect(output.text().split(HINT)).toHaveLength(2);
  });
});

describe('the input', () => {
  test.each<[string, (input: PassThrough) => unknown]>([
    ['ended', (input) => input.end()],
    ['broken', (input) => input.destroy(new Error('EIO'))],
    ['closed', (input) => input.destroy()],
  ])('that is %s means no paste, and never cancels', async (_, stop) => {
    const { input, ...login } = await reading();
    stop(input);
    await turn();
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
    const later = await reading({ input });
    expect(later.output.text()).not.toContain(INVITATION);
    expect((await finish(later)).returned).toMatchObject({ type: 'returned' });
  });

  test('that came after the login belongs to the program', async () => {
    const { input, redirectUri, outcome } = await reading();
    input.write(`${redirectUri + CALLBACK}\r\nfor the pr\u00f6gram\n`);
    await outcome;
    expect(input.isPaused()).toBe(true);
    expect(input.listenerCount('data') + input.listenerCount('error') + input.listenerCount('end')).toBe(0);
    expect(`${input.read()}`).toBe('for the pr\u00f6gram\n');
  });

  test('that the program reads itself is left to it', async () => {
    const input = new PassThrough();
    let read = '';
    input.on('data', (part) => {
      read += part;
    });
    const { output, ...login } = await reading({ input });
    expect(output.text()).not.toContain(INVITATION);
    input.write(`${login.redirectUri}?code=typed&state=ours\n`);
    await turn();
    expect(read).toContain('code=typed');
    expect((await finish(login)).returned).toEqual({ type: 'returned', url: login.redirectUri + CALLBACK });
    expect(input.isPaused()).toBe(false);
  });

  test('is not asked for where there is none', async () => {
    const output = paper();
    await started({ terminal: { output } });
    expect(output.text()).not.toContain('Paste');
  });
});

describe('a terminal that somebody else sits at', () => {
  test('does not echo while the login waits, and is as it was afterwards', async () => {
    const input = terminalInput();
    const { modes } = input;
    const login = await reading({ input });
    expect(modes).toEqual([true]);
    await finish(login);
    expect(modes).toEqual([true, false]);
  });

  test('has keys that correct a line', async () => {
    const { input, outcome, redirectUri } = await reading({ input: terminalInput() });
    input.write(`nonsense\u0015${redirectUri}?codeX\u007f=c0de&state=ours\r`);
    expect(await outcome).toEqual({ type: 'returned', url: redirectUri + CALLBACK });
  });

  test('says how much was received, as nothing is echoed', async () => {
    const output = paper({ isTTY: true, columns: 200 });
    const { input } = await reading({ input: terminalInput(), output });
    input.write('a'.repeat(215));
    await turn();
    expect(output.text()).toMatch(/\[2K215 characters received: press Enter\. Waiting on \S+, \d:\d\d left\.$/);
    expect(output.text()).not.toContain('aaa');
  });

  test('of 40 columns says how much was received, however much it was', async () => {
    const output = paper({ isTTY: true, columns: 40 });
    const { input } = await reading({ input: terminalInput(), output });
    input.write('a'.repeat(17_000));
    await turn();
    expect(output.text().endsWith('\u001b[2K16384 characters received: press Enter.')).toBe(true);
  });

  test('says "character" of one, and counts no key that writes nothing', async () => {
    const output = paper({ isTTY: true });
    const { input } = await reading({ input: terminalInput(), output });
    input.write('\u0004\u001b[A');
    await turn();
    expect(output.text()).not.toContain('received');
    input.write('\u0004a\u001b[D');
    await turn();
    expect(output.text()).toContain('\u001b[2K1 character received: press Enter. Waiting');
  });

  test('cancels the logins at it by Ctrl+C, and does not signal this process', async () => {
    let signals = 0;
    const listener = (): void => {
      signals += 1;
    };
    process.on('SIGINT', listener);
    try {
      const one = await reading({ input: terminalInput() });
      const other = await reading({ input: terminalInput() });
      one.input.write('\u0003');
      expect(await one.outcome).toEqual({ type: 'cancelled' });
      await one.departure.close(false);
      await turn();
      expect(signals).toBe(0);
      other.input.write(`${other.redirectUri + CALLBACK}\r`);
      expect(await other.outcome).toMatchObject({ type: 'returned' });
    } finally {
      process.off('SIGINT', listener);
    }
  });
});

describe('a person who is away for half a minute', () => {
  const DOUBT = 'Does the browser show an error? Compare client id and redirect URI with the server.';

  test.each([[false], [true]])(
    'is asked once whether the browser shows an error (on a terminal: %s)',
    async (isTTY) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
      const output = paper({ isTTY });
      const { redirectUri } = await started({ terminal: { output } });
      await vi.advanceTimersByTimeAsync(29_999);
      expect(output.text()).not.toContain(DOUBT);
      await vi.advanceTimersByTimeAsync(1);
      expect(output.text()).toContain(`${DOUBT}\nThe redirect URI of this login: ${redirectUri}\n`);
      await vi.advanceTimersByTimeAsync(29_000);
      expect(output.text().split(DOUBT)).toHaveLength(2);
    },
  );

  test('is not asked when the login is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const output = paper();
    const login = await started({ terminal: { output } });
    await finish(login);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(output.text()).not.toContain(DOUBT);
  });
});

describe('without a terminal, because the program shows the person all', () => {
  /** Everything that this process prints meanwhile. */
  function printed(): () => string {
    let text = '';
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((part) => {
        text += part;
        return true;
      });
    return () => text;
  }

  function silent(openBrowser?: boolean | ((url: string) => unknown)) {
    const prompt = promptOf({ openBrowser, terminal: false });
    const departure = loopbackUserAgent({ ...redirectAddressOf(undefined), timeLimit: 60, prompt }).begin();
    const outcome = Promise.resolve(departure.redirectUri).then((redirectUri) =>
      departure.open({ url: 'https://as.example/authorize', accepts: (url) => url === redirectUri + CALLBACK }),
    );
    outcome.catch(() => {});
    return { departure, outcome };
  }

  test('nothing is printed and nothing is read, and its own function shows the address', async () => {
    const text = printed();
    const isTTY = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
    const listeners = process.stdin.listenerCount('data');
    const shown: string[] = [];
    const { departure, outcome } = silent((url) => shown.push(url));
    const redirectUri = await departure.redirectUri;
    await vi.waitUntil(() => shown.length > 0);
    expect(process.stdin.listenerCount('data')).toBe(listeners);
    expect(Object.getOwnPropertyDescriptor(process.stdin, 'isTTY')).toEqual(isTTY);
    expect((await finish({ departure, redirectUri, outcome })).returned).toMatchObject({ type: 'returned' });
    expect(shown).toEqual(['https://as.example/authorize']);
    expect(text()).toBe('');
  });

  test.each([[undefined], [true], [false]])(
    'a browser that cannot be opened (openBrowser: %s) ends the login, as nobody would come',
    async (openBrowser) => {
      vi.stubEnv('BROWSER', 'none');
      const text = printed();
      const { outcome } = silent(openBrowser);
      await expect(outcome).rejects.toMatchObject({ code: 'user_agent_failed' });
      expect(text()).toBe('');
    },
  );
});

describe('in a pseudo-terminal', { timeout: 30_000 }, () => {
  test('the pasted callback ends the login, is never shown, and the next line belongs to the program', async () => {
    const program = inTerminal({ THEN_READ: '1' });
    const url = await program.until(/(http:\S+\/authorize\?\S+)/);
    await program.until(/Waiting on/);
    expect(program.text().replaceAll('\r', '')).toContain(INVITATION);
    program.terminal.write('nonsense\r');
    await program.until(/That is not where this login ends/);
    program.terminal.write(`${callbackOf(url)}\r`);
    // The code was taken: it is the token endpoint that does not answer.
    await program.until(/ended: network_error/);
    await program.until(/reading/);
    program.terminal.write('a line of its own\r');
    await program.until(/the program read: a line of its own/);
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(program.text()).toContain('left: 0 logins, 0 listeners, raw false');
    expect(program.text()).not.toMatch(/C0DE|nonsense/);
    // A terminal that echoes again: typed and read.
    expect(program.text().split('a line of its own')).toHaveLength(3);
  });

  test('a callback that is longer than a line of a cooked terminal can be is taken whole', async () => {
    const program = inTerminal();
    const url = await program.until(/(http:\S+\/authorize\?\S+)/);
    await program.until(/Waiting on/);
    program.terminal.write(`${callbackOf(url, 'c'.repeat(8000))}\r`);
    await program.until(/ended: network_error/);
    expect(program.text()).not.toContain('cccc');
  });

  test('two logins at once take what is pasted for each', async () => {
    const program = inTerminal({ LOGINS: '2' });
    await program.until(/left, and on /);
    const urls = program.text().match(/http:\S+\/authorize\?\S+/g) ?? [];
    expect(urls).toHaveLength(2);
    for (const url of urls.reverse()) program.terminal.write(`${callbackOf(url)}\r`);
    await program.until(/ended: network_error[\s\S]*ended: network_error/);
    expect(await program.ended).toEqual({ code: 7, signal: null });
    expect(program.text()).not.toMatch(/C0DE|That is not where/);
  });
});

test('an application that gives up while it is asked to open its browser leaves a terminal that is as it was', async () => {
  const [input, output] = [new PassThrough(), paper()];
  const controller = new AbortController();
  const openBrowser = (): void => controller.abort();
  const { outcome, departure } = await started({ openBrowser, terminal: { input, output } }, controller.signal);
  expect(await outcome).toEqual({ type: 'cancelled' });
  await departure.close(false);
  expect(['data', 'end', 'error', 'close'].map((name) => input.listenerCount(name))).toEqual([0, 0, 0, 0]);
  expect(input.isPaused()).toBe(true);
  const shown = output.text();
  await turn();
  expect(output.text()).toBe(shown);
});
