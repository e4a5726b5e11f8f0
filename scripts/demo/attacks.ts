/** Name of an attack -> how it is made, and who must refuse it as what. RFC 9700, section 2; RFC 9207; RFC 7636. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { explain, type Failure, isProofkeyError, type NodeClient } from '@proofkey/node';
import { CONTACTS_PATH } from './contacts-api.ts';
import type { Attack } from './options.ts';
import { actAsPerson } from './person.ts';
import { contactsOf, logIn, type Stage, sayWho } from './run.ts';
import type { Visit } from './site.ts';
import type { Steps } from './steps.ts';
import { type Passed, TOKEN_PATH, type Wire } from './wire.ts';

/** An attack that went through: the demo has failed. */
const notRefused = (why: string): Error => new Error(`The attack was not refused: ${why}.`);

export type Scene = Stage & {
  readonly wire: Wire;
  readonly steps: Steps;
  readonly client: NodeClient;
  readonly api: string;
  readonly visit: Visit;
  /** Names of everything seen so far. */
  readonly seen: readonly string[];
};

export type Plan = {
  readonly attack: string;
  tamper?(request: Passed): Passed;
  /** What becomes of the token response. */
  forge?(body: string): string;
  /** What the person does with the callback. @returns where they go in the end */
  beforeCallback?(callback: URL, say: Stage['say']): Promise<URL>;
  outcome(scene: Scene): Promise<void>;
};

export const plans: { readonly [A in Attack]: () => Plan } = { verifier, state, issuer, signature, replay };

function verifier(): Plan {
  let replaced = 0;
  return {
    attack: 'somebody on the wire puts another code_verifier into the token request.',
    tamper(request) {
      if (request.target !== TOKEN_PATH || request.method !== 'POST') return request;
      const form = new URLSearchParams(request.body);
      if (form.has('code_verifier')) replaced++;
      form.set('code_verifier', randomBytes(32).toString('base64url'));
      return { ...request, body: form.toString() };
    },
    async outcome({ say, client, seen, visit }) {
      const failure = await failureOf(client, visit);
      if (replaced !== 1) throw new Error('The attack was not made: no code_verifier went by.');
      const { code, oauth } = failure;
      const byServer = code === 'token_request_refused' && oauth?.error === 'invalid_grant';
      if (!byServer || !seen.includes('server grant.error invalid_grant')) throw notRefused(`it ended with ${code}`);
      sayRefusal(say, 'the login server (step 8): invalid_grant', failure);
      say('No token was issued; nobody is logged in.');
    },
  };
}

function state(): Plan {
  let status = 0;
  return {
    attack: 'another program on this machine brings a callback with a state that it made up.',
    async beforeCallback(callback, say) {
      const forged = new URL(callback);
      forged.searchParams.set('state', randomBytes(32).toString('base64url'));
      status = (await actAsPerson(forged.href, {})).status;
      if (status !== 400) return callback;
      say(`    Refused by the app: its listener answered ${status}, because no login of its own has this state.`);
      return callback;
    },
    async outcome({ say, client, steps, api, visit }) {
      await logIn(client, visit.done).catch((error: unknown) => {
        throw status === 400 ? error : notRefused(`the listener answered ${status}`);
      });
      if (status !== 400) throw notRefused(`the listener answered ${status}`);
      await contactsOf(client, api);
      steps.finish();
      say('');
      say('The login that was under way went on, with the real callback.');
      sayWho(client, say);
    },
  };
}

function issuer(): Plan {
  return {
    attack: 'the callback says that it comes from https://attacker.example (mix-up).',
    async beforeCallback(callback) {
      const forged = new URL(callback);
      forged.searchParams.set('iss', 'https://attacker.example');
      return forged;
    },
    async outcome({ say, client, wire, visit }) {
      const failure = await failureOf(client, visit);
      if (failure.code !== 'issuer_mismatch') throw notRefused(`it ended with ${failure.code}`);
      if (wire.tokenRequests.length > 0) throw notRefused('the code was sent to a token endpoint');
      sayRefusal(say, 'the app: issuer_mismatch', failure);
      say('The code was sent to nobody (0 token requests); nobody is logged in.');
    },
  };
}

function signature(): Plan {
  let forged = 0;
  return {
    attack: 'somebody on the wire signs the ID Token with a key of their own, under the name of the right one.',
    forge(body) {
      const { id_token: idToken, ...others } = JSON.parse(body) as { readonly id_token?: string };
      if (idToken === undefined) return body;
      forged++;
      return JSON.stringify({ ...others, id_token: signedAgain(idToken) });
    },
    async outcome({ say, client, seen, visit }) {
      const failure = await failureOf(client, visit);
      if (forged !== 1) throw new Error('The attack was not made: no ID Token went by.');
      if (failure.code !== 'id_token_signature_invalid' || !seen.includes('app signature_checked false'))
        throw notRefused(`it ended with ${failure.code}`);
      sayRefusal(say, 'the app: id_token_signature_invalid', failure);
      say('Every claim is as the server wrote it; only the signature is not. Nobody is logged in.');
    },
  };
}

function replay(): Plan {
  let callbackUrl = '';
  return {
    attack: 'somebody who saw the callback and the token request brings both again.',
    async beforeCallback(callback) {
      callbackUrl = callback.href;
      return callback;
    },
    async outcome({ say, client, steps, wire, api, visit, seen }) {
      await logIn(client, visit.done);
      await contactsOf(client, api);
      steps.finish();
      say('');
      await listenerIsGone(callbackUrl);
      // However it ends for the one who brings it: no second exchange may come of it.
      await client.handleCallback(callbackUrl).catch(() => {});
      const [recorded, second] = wire.tokenRequests;
      if (recorded === undefined || second !== undefined) throw notRefused('the app exchanged the code again');
      say('Callback again. Refused by the app: its listener is closed, and the code of a login is sent once.');
      const { status, body } = await wire.again(recorded);
      const { error } = JSON.parse(body) as { readonly error?: unknown };
      if (status !== 400 || error !== 'invalid_grant') throw notRefused(`the login server answered ${status}`);
      say('Token request again. Refused by the login server: 400 invalid_grant, because the code was used before.');
      const after = await client.fetch(`${api}${CONTACTS_PATH}`);
      if (!seen.includes('server grant.revoked') || after.status !== 401)
        throw notRefused(`what the code gave still works: the API answered ${after.status}`);
      say('The server took back what the code gave, as nobody knows who has it: the API now answers 401.');
    },
  };
}

async function failureOf(client: NodeClient, visit: Visit): Promise<Failure> {
  const thrown = await logIn(client).catch((error: unknown) => error);
  await visit.done();
  if (thrown === undefined) throw notRefused('the login succeeded');
  if (!isProofkeyError(thrown)) throw thrown;
  if (client.getSnapshot().status === 'logged_in') throw notRefused('somebody is logged in');
  return thrown.failure;
}

function sayRefusal(say: Stage['say'], who: string, failure: Failure): void {
  const { what, why } = explain(failure);
  say('');
  say(`Refused by ${who}.`);
  say(`What: ${what}`);
  say(`Why:  ${why}`);
}

async function listenerIsGone(callbackUrl: string): Promise<void> {
  const answer = await actAsPerson(callbackUrl, {}).catch(() => undefined);
  if (answer !== undefined) throw notRefused(`a listener answered ${answer.status}`);
}

/** The same header and claims, by another key. */
function signedAgain(token: string): string {
  const input = token.slice(0, token.lastIndexOf('.'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
