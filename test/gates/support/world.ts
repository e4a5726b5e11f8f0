/** What a document shows -> a process that does it, with a real server, a real API and a person on this machine. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { type ContactsApi, startContactsApi } from '../../../scripts/demo/contacts-api.ts';
import { onLoopback } from '../../../scripts/demo/loopback.ts';
import { actAsPerson, type Person } from '../../../scripts/demo/person.ts';
import { withSnippet } from './snippets.ts';

export interface World {
  readonly server: AuthorizationServer;
  readonly api: ContactsApi;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds. A limit for what hangs, not a measurement. */
const PATIENCE = 60_000;

export async function withWorld<T>(use: (world: World) => Promise<T>): Promise<T> {
  const server = await startAuthorizationServer({ prefilled: true });
  try {
    const api = await startContactsApi(server.introspection);
    try {
      return await use({ server, api });
    } finally {
      await api.close();
    }
  } finally {
    await server.close();
  }
}

/** The one change to what is shown: its addresses and its client id become those of this world. */
export function placed(source: string, { server: { issuer, clientId }, api: { origin } }: World): string {
  const there = source
    .replaceAll("https://login.example.com/'", `${issuer}'`)
    .replaceAll('https://login.example.com', issuer)
    .replaceAll('https://api.example.com', origin)
    .replace(/(client_?id: )'[^']*'/gi, `$1'${clientId}'`);
  if (there.includes('example.com')) throw new Error('the document shows an address that is not one of this world');
  return there;
}

/**
 * Runs the text as a program of its own, with a home of its own. When it prints an address to log in at, the person
 * goes there, once.
 */
export function runProgram(
  source: string,
  { answer = 'agree' }: Person = {},
  others: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return withSnippet(
    source,
    (folder) =>
      new Promise<Ended>((resolve, reject) => {
        const home = join(folder, 'home');
        const env = { ...process.env, BROWSER: 'none', HOME: home, XDG_DATA_HOME: home, LOCALAPPDATA: home };
        const file = 'run.ts' in others ? 'run.ts' : 'snippet.ts';
        const child = spawn(process.execPath, [file], {
          cwd: folder,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: PATIENCE,
        });
        let [stdout, stderr] = ['', ''];
        const visited = new Set<string>();
        child.stdout.setEncoding('utf8').on('data', (text) => {
          stdout += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text) => {
          stderr += text;
          for (const url of addressesIn(stderr)) {
            if (visited.has(url)) continue;
            visited.add(url);
            actAsPerson(url, { answer }).catch(reject);
          }
        });
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, stdout, stderr }));
      }),
    others,
  );
}

/** Where a program asked its person to log in. */
export const addressesIn = (text: string): readonly string[] => text.match(/http:\S+\/authorize\?\S+(?=\n)/g) ?? [];

/** An API that lets nobody in before they authenticated anew: what came with the first token is refused. RFC 9470. */
export async function startApiThatWantsMore(): Promise<ContactsApi> {
  let first: string | undefined;
  const server = createServer(({ headers: { authorization } }, response) => {
    first ??= authorization;
    const challenge = 'Bearer error="insufficient_user_authentication", max_age="300"';
    if (authorization === first) response.writeHead(401, { 'www-authenticate': challenge });
    response.end();
  });
  return onLoopback(server);
}
