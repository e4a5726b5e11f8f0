/** The platform's fetch with the access token, for the listed origins and no others. RFC 6750, sections 2.1 and 5.3. */
import { describe, expect, test } from 'vitest';
import { createClient, type RedactedStep, type ResourceFetch, type Settings } from '../src/index.ts';
import { clientOf, codeOf, SETTINGS, type World, world } from './world.ts';

type Sent = { readonly url: string; readonly authorization: string };

/** A platform that writes URLs as user agents do, and remembers what it sent. */
function platform(answer: () => Promise<{ status: number }> = async () => ({ status: 200 })) {
  const sent: Sent[] = [];
  const prepared: unknown[][] = [];
  const resourceFetch: ResourceFetch = {
    prepare(input, init) {
      prepared.push([input, init]);
      const { href: url } = new URL(`${input}`);
      const { method = 'GET' } = (init ?? {}) as { method?: string };
      const send = async (authorization: string): Promise<{ status: number }> => {
        sent.push({ url, authorization });
        return answer();
      };
      return { url, method, send };
    },
  };
  return { sent, prepared, resourceFetch };
}

async function loggedIn(one = platform(), settings: Settings = SETTINGS, more: Partial<World> = {}) {
  const ports = { ...world(), resourceFetch: one.resourceFetch, ...more };
  const client = createClient(settings, ports);
  await client.login();
  return { ...one, ports, client };
}

describe('fetch', () => {
  test('UI-02 ID-28 sends the token to a listed origin, and gives back what the platform gives', async () => {
    const response = { status: 200, json: async () => ['contact'] };
    const { client, sent, prepared } = await loggedIn(platform(async () => response));
    const init = { method: 'POST', body: '{}' };
    expect(await client.fetch('https://API.example:443/contacts', init)).toBe(response);
    expect(sent).toEqual([
      { url: 'https://api.example/contacts', authorization: `Bearer ${await client.accessToken()}` },
    ]);
    expect(prepared).toEqual([['https://API.example:443/contacts', init]]);
    expect(prepared[0]?.[1]).toBe(init);
  });

  test('may be taken off the client, as fetch may be taken off the global object', async () => {
    const { client } = await loggedIn();
    const { fetch } = client;
    expect(await fetch('https://api.example/')).toEqual({ status: 200 });
  });

  test.each([
    'https://evil.example/',
    'https://api.example@evil.example/',
    'https://evil.example\\@api.example/',
    'https://api.example.evil/',
    'https://sub.api.example/',
    'http://api.example/',
    'https://api.example:8443/',
    'https://as.example/userinfo',
    'data:text/plain,https://api.example/',
  ])('never sends anything to %s', async (url) => {
    const { client, sent } = await loggedIn();
    await expect(client.fetch(url)).rejects.toMatchObject({ failure: { code: 'api_not_listed', kind: 'misuse' } });
    expect(sent).toEqual([]);
  });

  test('without a list sends nothing to anybody', async () => {
    const { apis: _, ...settings } = SETTINGS;
    const { client, sent } = await loggedIn(platform(), settings);
    expect(await codeOf(client.fetch('https://api.example/'))).toBe('api_not_listed');
    expect(sent).toEqual([]);
  });

  test.each([[['https://api.example/']], [['api.example']], [['http://api.example']], [null]])(
    'a list such as %j is refused when the client is made',
    (apis) => {
      expect(() => createClient({ ...SETTINGS, apis: apis as never }, world())).toThrow('invalid settings');
    },
  );

  test('sends nothing when nobody is logged in', async () => {
    const { sent, resourceFetch } = platform();
    expect(await codeOf(clientOf({ ...world(), resourceFetch }).fetch('https://api.example/'))).toBe('not_logged_in');
    expect(sent).toEqual([]);
  });

  test.each([204, 401, 403, 429, 500])('the status %i is the business of the application', async (status) => {
    const { client } = await loggedIn(platform(async () => ({ status })));
    expect(await client.fetch('https://api.example/')).toEqual({ status });
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in' });
  });

  test('what the platform throws arrives as it is', async () => {
    const error = new TypeError('fetch failed');
    const { client } = await loggedIn(platform(() => Promise.reject(error)));
    expect(await client.fetch('https://api.example/').catch((thrown: unknown) => thrown)).toBe(error);
    expect(await client.fetch('no URL at all').catch((thrown: unknown) => thrown)).toBeInstanceOf(TypeError);
  });

  test.each(['sentinel\nX-Admin: yes', 'sentinel\u0000', 'sentinel \u2028', 'sentinel-ä-\u0100'])(
    'a stored token that is no header value, %j, is in no error: the session cannot be read',
    async (token) => {
      // As every real platform does, whose error quotes the value.
      const resourceFetch: ResourceFetch = {
        prepare: (input) => ({
          url: `${input}`,
          method: 'GET',
          send: async (authorization) => {
            new Headers({ authorization });
            return { status: 200 };
          },
        }),
      };
      expect(() => new Headers({ authorization: `Bearer sentinel\nX` })).toThrow('sentinel');
      const ports = { ...world(), resourceFetch };
      await clientOf(ports).login();
      for (const [key, text] of ports.sessionStore.entries)
        ports.sessionStore.entries.set(
          key,
          text.replace(JSON.stringify(ports.server.lastToken), JSON.stringify(token)),
        );
      expect([...ports.sessionStore.entries.values()].join()).toContain('sentinel');
      const error = await clientOf(ports)
        .fetch('https://api.example/')
        .catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ failure: { code: 'session_unreadable' } });
      const { message, stack, cause } = error as Error;
      expect([message, stack, String(cause), JSON.stringify(error)].join()).not.toContain('sentinel');
    },
  );

  test('what the platform throws before anything is sent is thrown although nobody is logged in', async () => {
    const { resourceFetch } = platform();
    const work = clientOf({ ...world(), resourceFetch }).fetch('no URL at all');
    await expect(work).rejects.toBeInstanceOf(TypeError);
  });

  test('tells what it does without a query, and no more than what was sent', async () => {
    const steps: RedactedStep[] = [];
    const onStep = (step: RedactedStep): void => void steps.push(step);
    const { client } = await loggedIn(platform(), SETTINGS, { onStep });
    steps.length = 0;
    await client.fetch('https://api.example/contacts?name=ada#top');
    await client.fetch('https://evil.example/').catch(() => {});
    const url = 'https://api.example/contacts';
    expect(steps).toMatchObject([
      { type: 'request_sent', purpose: 'api', method: 'GET', url, parameters: [] },
      { type: 'response_received', purpose: 'api', status: 200 },
    ]);
    expect(JSON.stringify(steps)).not.toContain('ada');
  });
});
