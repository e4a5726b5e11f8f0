/** `npm run demo`: one real login on this machine, at a certified authorization server. RFC 6749, 4.1; RFC 7636. */
import { explain } from '@proofkey/core/explain';
import { createNodeClient, isProofkeyError } from '@proofkey/node';
import { type AuthorizationServer, startAuthorizationServer } from './demo/authorization-server.ts';
import type { Account } from './demo/interactions.ts';
import { actAsPerson } from './demo/person.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function demo(): Promise<void> {
  const server = await startAuthorizationServer();
  try {
    say(`An authorization server (oidc-provider) runs on ${server.issuer}.`);
    server.provider.on('authorization.success', () => say('The server redirects back with a code.'));
    server.provider.on('grant.success', () => say('The server checked the code verifier and answered with tokens.'));
    server.provider.on('server_error', (_context: unknown, { name }: Error) => say(`The server failed: ${name}.`));
    await login(server);
  } finally {
    await server.close();
  }
}

async function login({ metadata, clientId, account, requests }: AuthorizationServer): Promise<void> {
  let visit: Promise<void> | undefined;
  const client = createNodeClient({
    server: metadata,
    clientId,
    scope: ['openid', 'profile', 'email', 'offline_access'],
    timeLimit: 30,
    openBrowser(url) {
      say(`The client listens on ${new URL(url).searchParams.get('redirect_uri')} and sends the person to log in.`);
      visit = visitAs(account, url);
      return visit;
    },
  });
  // A refresh token is given only to somebody who was asked for it. OpenID Connect Core, section 11.
  const outcome = await client.login({ prompt: 'consent' }).catch(async (error: unknown) => {
    // When the scripted person failed, why is in what they saw, not in what the client missed.
    await visit;
    throw error;
  });
  await visit;
  if (outcome.type !== 'logged_in' || outcome.user === undefined) throw new Error('nobody is logged in');
  const { pathname } = new URL(metadata.jwksUri);
  if (!requests.includes(`GET ${pathname}`))
    throw new Error('the ID Token was not checked with the keys of the server');
  say(`The signature of the ID Token was checked with the keys at ${pathname}.`);
  const { sub, name, email } = outcome.user;
  say(`Logged in as ${name} (${email}).`);
  say(`sub: ${sub}`);
}

async function visitAs({ accountId, password }: Account, url: string): Promise<void> {
  const { status, url: last, text } = await actAsPerson(url, { login: accountId, password });
  const title = /<h1>(.*?)<\/h1>/.exec(text)?.[1];
  if (status !== 200 || title === undefined) {
    throw new Error(`the person ended at ${last.origin}${last.pathname} with status ${status}`);
  }
  say(`The person logged in and agreed, and now reads: "${title}".`);
}

try {
  await demo();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${reasonOf(error)}\n`);
}

/** What happened, why, and what to do; an error of this library knows all three. */
function reasonOf(error: unknown): string {
  if (!isProofkeyError(error)) return `The demo failed: ${(error as Error).message}`;
  const { what, why, fix } = explain(error.failure);
  return `What: ${what}\nWhy:  ${why}\nFix:  ${fix}`;
}
