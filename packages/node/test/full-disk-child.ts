/** A login of one person in a folder: `node full-disk-child.ts <folder> <person>`. Writes down what came of it. */
import { type Client, createClient } from '@proofkey/client';
import { memoryPorts } from '@proofkey/port-contract';
import { fileLock } from '../src/file-lock.ts';
import { fileStore } from '../src/file-store.ts';

const issuer = 'https://as.example';
const server = {
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/oauth/token`,
  jwksUri: null,
};

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The session is in the folder, all else in memory: a login needs the disk for its session alone. */
export function clientOn(folder: string, person: string): Client {
  let nonce: string | null = null;
  const ports = memoryPorts({
    visit(url) {
      const query = new URL(url).searchParams;
      nonce = query.get('nonce');
      return `${query.get('redirect_uri')}?${new URLSearchParams({ code: 'c0de', state: query.get('state') ?? '' })}`;
    },
  });
  ports.transport.answer(server.tokenEndpoint, () => {
    const iat = ports.clock.now();
    const claims = { iss: issuer, aud: 'app', sub: person, nonce, iat, exp: iat + 600 };
    const idToken = `${encoded({ alg: 'ES256' })}.${encoded(claims)}.c2ln`;
    const tokens = { token_type: 'Bearer', access_token: `token-of-${person}`, expires_in: 600, id_token: idToken };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(tokens) };
  });
  const stores = { sessionStore: fileStore({ folder, clock: ports.clock }), lock: fileLock({ folder }) };
  return createClient({ clientId: 'app', scope: ['openid'], server }, { ...ports, ...stores });
}

const [, program = '', folder, person = ''] = process.argv;
if (folder !== undefined && program.endsWith('full-disk-child.ts')) {
  // Else the limit ends the process, where a full disk gives an error.
  process.on('SIGXFSZ', () => {});
  const client = clientOn(folder, person);
  const outcome = await client.login();
  process.stdout.write(JSON.stringify({ ...outcome, token: await client.accessToken(), start: await client.start() }));
}
