/** An authorization request -> what a server lets pass in it, though a client must not do it. RFC 9700, section 2.1. */
import { textOf } from './asked.ts';
import { type Misuse, type MisuseCode, misuseOf } from './misuse.ts';
import type { Parameters } from './parameters.ts';
import type { Authorization, SeenRequest, SoundRequest } from './state.ts';
import type { Turn } from './turn.ts';

/** A person who opens an address twice sends the same request twice; that is not the client's doing. */
const isSame = (one: SeenRequest, other: SeenRequest): boolean =>
  one.state === other.state &&
  one.nonce === other.nonce &&
  one.codeChallenge === other.codeChallenge &&
  one.prompt.join() === other.prompt.join();

export function carelessness(
  { state: { requests }, step, rules }: Turn,
  request: SoundRequest,
  parameters: Parameters,
): readonly Misuse[] {
  const found: Misuse[] = [];
  const again = (code: MisuseCode, name: 'state' | 'nonce' | 'codeChallenge'): void => {
    const value = request[name];
    const before = value === undefined ? undefined : requests.find((one) => one[name] === value);
    if (before !== undefined) found.push(misuseOf(code, { step, earlier: before.step }));
  };
  // Where a server asks for PKCE, it has refused the request for that.
  if (request.codeChallenge === undefined) {
    if (!rules.pkceRequired) found.push(misuseOf('pkce_missing', { step }));
  } else if (rules.plainAccepted && request.codeChallengeMethod !== 'S256')
    found.push(misuseOf('pkce_plain', { step }));
  if (request.state === undefined) found.push(misuseOf('state_missing', { step }));
  if (request.scope.includes('openid') && request.nonce === undefined) found.push(misuseOf('nonce_missing', { step }));
  if (textOf(parameters, 'client_secret') !== undefined) found.push(misuseOf('client_secret_sent', { step }));
  if (requests.some((one) => isSame(one, request))) return found;
  again('state_reused', 'state');
  again('nonce_reused', 'nonce');
  again('code_challenge_reused', 'codeChallenge');
  return found;
}

/** A code -> whether one came before it of the same request: the person opened it twice, but only one may be used. */
export function sameChallenge({ state, step }: Turn, { request }: Authorization): readonly Misuse[] {
  const isOther = (one: Authorization): boolean =>
    one.code.sentIn !== undefined && one.request.login !== request.login && isSame(one.request, request);
  const other = request.codeChallenge === undefined ? undefined : state.authorizations.find(isOther);
  if (other === undefined) return [];
  const [earlier, between] = [other.request.step, request.step].sort((a, b) => a - b);
  return [misuseOf('code_challenge_reused', { step, earlier: earlier ?? 0, between: between ?? 0 })];
}

/** What is kept of a request. */
export const seenOf = ({ login, step, prompt, ...others }: SoundRequest): SeenRequest => {
  const { state, nonce, codeChallenge, codeChallengeMethod } = others;
  const given = Object.entries({ state, nonce, codeChallenge, codeChallengeMethod }).filter(
    ([, value]) => value !== undefined,
  );
  return { login, step, prompt, ...(Object.fromEntries(given) as Partial<SeenRequest>) };
};
