/** What Node's settings say beside those of every client stays as it was said, whatever becomes of the object. */
import { expect, test } from 'vitest';
import { createNodeClient, type NodeSettings } from '../src/index.ts';
import { paper, visit } from './listener.ts';
import { CODE, settingsFor, startTokenEndpoint } from './waiting-login.ts';

/** The person agrees: the browser goes to the callback, wherever this URL says that it is. */
const agree = async (url: string): Promise<void> => {
  const query = new URL(url).searchParams;
  const callback = new URL(query.get('redirect_uri') ?? '');
  callback.search = `${new URLSearchParams({ code: CODE, state: query.get('state') ?? '' })}`;
  await visit({ url: callback.href });
};

test('settings that are changed when the client has been made change nothing of it', async () => {
  const server = await startTokenEndpoint();
  try {
    const opened: string[] = [];
    const told: string[] = [];
    const settings: NodeSettings = {
      ...settingsFor(server),
      openBrowser(url) {
        opened.push(url);
        void agree(url);
      },
      terminal: { output: paper() },
      onStep: ({ type }) => void told.push(type),
    };
    const client = createNodeClient(settings);
    const wrong = (): never => {
      throw new Error('of settings that came too late');
    };
    const fails = { get: wrong, set: wrong, remove: wrong };
    Object.assign(settings, {
      openBrowser: wrong,
      terminal: { output: { isTTY: false, write: wrong } },
      onStep: wrong,
      redirectUri: 'https://evil.example/',
      timeLimit: 0,
      folder: '',
      app: '..',
      transactionStore: fails,
      sessionStore: fails,
      lock: { runExclusive: wrong },
    });
    await client.login();
    expect(await client.accessToken()).toEqual(expect.any(String));
    expect(opened).toHaveLength(1);
    expect(new URL(new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '').hostname).toBe('127.0.0.1');
    expect(server.codes).toEqual([CODE]);
    expect(told).toContain('logged_in');
  } finally {
    await server.close();
  }
});
