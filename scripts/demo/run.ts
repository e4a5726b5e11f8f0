/** Options -> one login, told in eleven steps. RFC 6749, section 4.1; RFC 7636; RFC 8252. */
import type { NodeClient, NodeSettings, Terminal } from '@proofkey/node';
import { CONTACTS_PATH } from './contacts-api.ts';
import type { DemoOptions, OwnServer } from './options.ts';
import { comeBack, SCOPE, SCRIPT_LIMIT, type See, seenIn, silence, startSite, visitBy, world } from './site.ts';
import { Steps, unwatched, watched } from './steps.ts';

export type Stage = {
  /** Takes one line. */
  say(line: string): void;
  /** Does the demo hear of this event? All of them, except in a test that wants it to miss one. */
  hears?(name: string): boolean;
  /** Where a person reads the address, and pastes the callback; needed when there is one. */
  readonly terminal?: Terminal;
};

/**
 * Logs a person in and prints each step when it is seen.
 *
 * @throws ProofkeyError when the login fails, Error when a step is missing, doubled or too early
 */
export async function runDemo(stage: Stage, options: DemoOptions = {}): Promise<void> {
  if (options.own) await atOwnServer(stage, options, options.own);
  else await onThisMachine(stage, options);
}

async function onThisMachine({ say, hears = () => true, terminal }: Stage, options: DemoOptions): Promise<void> {
  const steps = new Steps(watched, say);
  const see: See = (seen) => hears(seen.name) && steps.see(seen);
  const { interactive = false } = options;
  const site = await startSite(see, world.startServer, { prefilled: interactive });
  try {
    const { server, api } = site;
    say(`A login server (oidc-provider) runs on ${server.issuer}, an API on ${api.origin}.`);
    if (interactive) {
      const { host, port } = new URL(server.issuer);
      say('Your browser has to be on this machine; elsewhere it needs the port of the server, which SSH can forward:');
      say(`ssh -L ${port}:${host} HOST`);
      say(`Log in as ${server.account.accountId}. The page already holds the password.`);
    }
    say('');
    const person = visitBy((url) => comeBack(server, url));
    const client = world.createClient({
      issuer: server.issuer,
      clientId: server.clientId,
      scope: SCOPE,
      apis: [api.origin],
      onStep: (step) => void see(seenIn(step)),
      ...(interactive
        ? terminalOf(options, terminal)
        : { openBrowser: person.openBrowser, terminal: silence(), timeLimit: SCRIPT_LIMIT }),
      ...limitsOf(options),
    });
    await logIn(client, () => person.done());
    const contacts = await contactsOf(client, api.origin);
    steps.finish();
    say('');
    sayWho(client, say);
    const { sub, name, email } = await client.userinfo();
    say(`/userinfo says: sub ${sub}, name ${name}, email ${email}.`);
    say(`The API says: contacts ${contacts.join(', ')}.`);
    await logOut(client, api.origin, say);
  } finally {
    await site.close();
  }
}

async function atOwnServer(stage: Stage, options: DemoOptions, own: OwnServer): Promise<void> {
  const { say, hears = () => true, terminal } = stage;
  const { issuer, clientId, audience } = own;
  const steps = new Steps(unwatched, say);
  const client = world.createClient({
    issuer,
    clientId,
    scope: SCOPE,
    ...(audience !== undefined && { audience }),
    onStep: (step) => {
      const seen = seenIn(step);
      if (hears(seen.name)) steps.see(seen);
    },
    ...terminalOf(options, terminal),
    ...limitsOf(options),
  });
  say(`Your login server is ${issuer}; what happens inside it cannot be seen from here.`);
  say('');
  await logIn(client);
  const { sub, name, email } = await client.userinfo();
  steps.finish();
  say('');
  sayWho(client, say);
  say(`/userinfo says: sub ${sub}, name ${name ?? '(none)'}, email ${email ?? '(none)'}.`);
  const { revoked } = await client.logout();
  say(`Logged out. ${revoked ? 'Your server took the refresh token back.' : 'No refresh token was taken back.'}`);
}

/** Out of the hands of this program, and of anybody who copied the token. RFC 7009, section 2.1. */
async function logOut(client: NodeClient, origin: string, say: Stage['say']): Promise<void> {
  const authorization = `Bearer ${await client.accessToken()}`;
  const { revoked } = await client.logout();
  if (!revoked) throw new Error('The login server did not take the refresh token back.');
  const { status } = await fetch(`${origin}${CONTACTS_PATH}`, { headers: { authorization } });
  if (status !== 401) throw new Error(`After the logout the API answered ${status}.`);
  say(`Logged out. The login server took the refresh token back; to the old access token the API now answers 401.`);
}

const terminalOf = (
  { browser = true }: DemoOptions,
  terminal: Terminal | undefined,
): Pick<NodeSettings, 'terminal' | 'openBrowser'> => ({
  ...(terminal && { terminal }),
  ...(!browser && { openBrowser: false }),
});

export const limitsOf = ({ port, timeLimit }: DemoOptions): Pick<NodeSettings, 'redirectUri' | 'timeLimit'> => ({
  ...(port !== undefined && { redirectUri: `http://127.0.0.1:${port}/callback` }),
  ...(timeLimit !== undefined && { timeLimit }),
});

export async function logIn(client: NodeClient, done: () => Promise<void> = async () => {}): Promise<void> {
  // A refresh token is given only to somebody who was asked for it. OpenID Connect Core, section 11.
  const login = client.login({ prompt: 'consent' });
  await login.catch(async (error: unknown) => {
    // When the scripted person failed, why is in what they saw, not in what the client missed.
    await done();
    throw error;
  });
  await done();
}

export async function contactsOf(client: NodeClient, origin: string): Promise<readonly string[]> {
  const response = await client.fetch(`${origin}${CONTACTS_PATH}`);
  if (response.status !== 200) throw new Error(`The API answered ${response.status}.`);
  return ((await response.json()) as { readonly contacts: readonly string[] }).contacts;
}

export function sayWho(client: NodeClient, say: Stage['say']): void {
  const snapshot = client.getSnapshot();
  if (snapshot.status !== 'logged_in' || snapshot.user === undefined) throw new Error('Nobody is logged in.');
  const { sub, name, email } = snapshot.user;
  say(`Logged in as ${name ?? sub} (${email ?? 'no e-mail address'}), sub ${sub}.`);
}
