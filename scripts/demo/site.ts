/** What the demo needs on this machine: a server, an API, a person, and what each of them tells. RFC 6749, 1.1. */
import { Writable } from 'node:stream';
import { createNodeClient, type NodeClient, type NodeSettings, type RedactedStep } from '@proofkey/node';
import { type AuthorizationServer, type ServerOptions, startAuthorizationServer } from './authorization-server.ts';
import { type ContactsApi, startContactsApi } from './contacts-api.ts';
import { actAsPerson } from './person.ts';
import type { Seen } from './steps.ts';

/** What a test can put others in the place of: those that do not refuse an attack, for one. */
export type World = {
  readonly createClient: (settings: NodeSettings) => NodeClient;
  readonly startServer: typeof startAuthorizationServer;
};

export const world: World = { createClient: createNodeClient, startServer: startAuthorizationServer };

export type See = (seen: Seen) => void;

export type Site = { readonly server: AuthorizationServer; readonly api: ContactsApi; close(): Promise<void> };

export async function startSite(see: See, startServer: World['startServer'], options: ServerOptions): Promise<Site> {
  const server = await startServer(options);
  try {
    const api = await startContactsApi(server.introspection, (event) => see({ name: `api ${event}` }));
    watch(server, see);
    return { server, api, close: async () => void (await Promise.all([server.close(), api.close()])) };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function watch({ provider }: AuthorizationServer, see: See): void {
  for (const event of ['login_page.shown', 'login_page.accepted', 'consent_page.agreed'] as const) {
    provider.on(event, () => see({ name: `server ${event}` }));
  }
  provider.on('interaction.started', (_context: unknown, { name }: { readonly name: string }) =>
    see({ name: `server interaction.started ${name}` }),
  );
  provider.on('authorization.success', (_context: unknown, response: object) =>
    see({ name: 'server authorization.success', parameters: Object.keys(response) }),
  );
  provider.on('grant.success', ({ body }: { readonly body: object }) =>
    see({ name: 'server grant.success', parameters: Object.keys(body) }),
  );
  provider.on('grant.revoked', () => see({ name: 'server grant.revoked' }));
  provider.on('grant.error', (_context: unknown, { error }: { readonly error: string }) =>
    see({ name: `server grant.error ${error}` }),
  );
}

/** What the client tells, in the words that rules use. */
export function seenIn(step: RedactedStep): Seen {
  switch (step.type) {
    case 'user_agent_opened':
      return { name: `app ${step.type}`, url: step.url, parameters: step.parameters };
    case 'request_sent':
      return { ...step, name: `app ${step.type} ${step.purpose}` };
    case 'response_received':
      return { name: `app ${step.type} ${step.purpose} ${step.status}` };
    case 'signature_checked':
      return { name: `app ${step.type} ${step.valid}`, alg: step.alg };
    default:
      return { name: `app ${step.type}` };
  }
}

export const SCOPE: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** A scripted person needs no address to read, and no prompt. */
export const silence = (): NodeSettings['terminal'] & object => ({
  output: new Writable({ write: (_text, _encoding, done) => done() }),
});

/** Seconds; a script that takes longer hangs. */
export const SCRIPT_LIMIT = 30;

/** Sees what the client hides from it: why a person that it sent away did not come back. */
export type Visit = { openBrowser(url: string): Promise<void>; done(): Promise<void> };

export function visitBy(go: (url: string) => Promise<void>): Visit {
  let visit: Promise<void> | undefined;
  return {
    openBrowser(url) {
      visit = go(url);
      return visit;
    },
    done: async () => visit,
  };
}

/** Logs in, agrees, and ends on the page that the program shows. */
export async function comeBack(
  { account }: AuthorizationServer,
  url: string,
  beforeCallback: (url: URL) => Promise<URL> = async (callback) => callback,
): Promise<void> {
  const { accountId: login, password } = account;
  const redirectUri = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
  const stopAt = ({ origin, pathname }: URL): boolean =>
    origin === redirectUri.origin && pathname === redirectUri.pathname;
  const sent = await actAsPerson(url, { login, password }, { stopAt });
  if (!stopAt(sent.url)) throw new Error(`the person ended at ${sent.url.pathname} with status ${sent.status}`);
  const { status } = await actAsPerson((await beforeCallback(sent.url)).href, {});
  if (status !== 200) throw new Error(`the person ended at the program's page with status ${status}`);
}
