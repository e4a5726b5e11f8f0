/** An authorization request -> what a server lets pass in it, though a client must not do it. RFC 9700, section 2.1. */
import { textOf } from './asked.ts';
import { type Misuse, type MisuseCode, misuseOf } from './misuse.ts';
import type { Parameters } from './parameters.ts';
import type { Interaction, SoundRequest } from './state.ts';
import type { Turn } from './turn.ts';

/** A person who loads the login page again sends the same request again; that is not the client's doing. */
const isReload = ({ request: { state, nonce, codeChallenge } }: Interaction, request: SoundRequest): boolean =>
  state === request.state && nonce === request.nonce && codeChallenge === request.codeChallenge;

export function carelessness(
  { state, step, rules }: Turn,
  request: SoundRequest,
  parameters: Parameters,
): readonly Misuse[] {
  const found: Misuse[] = [];
  const earlier = (same: (one: SoundRequest) => boolean): number | undefined =>
    [...state.authorizations, ...state.interactions.filter((one) => !isReload(one, request))].find((one) =>
      same(one.request),
    )?.request.step;
  const again = (code: MisuseCode, name: 'state' | 'nonce' | 'codeChallenge'): void => {
    const value = request[name];
    const before = value === undefined ? undefined : earlier((one) => one[name] === value);
    if (before !== undefined) found.push(misuseOf(code, { step, earlier: before }));
  };
  // Where a server asks for PKCE, it has refused the request for that.
  if (request.codeChallenge === undefined) {
    if (!rules.pkceRequired) found.push(misuseOf('pkce_missing', { step }));
  } else if (rules.plainAccepted && request.codeChallengeMethod !== 'S256')
    found.push(misuseOf('pkce_plain', { step }));
  if (request.state === undefined) found.push(misuseOf('state_missing', { step }));
  if (request.scope.includes('openid') && request.nonce === undefined) found.push(misuseOf('nonce_missing', { step }));
  if (textOf(parameters, 'client_secret') !== undefined) found.push(misuseOf('client_secret_sent', { step }));
  again('state_reused', 'state');
  again('nonce_reused', 'nonce');
  again('code_challenge_reused', 'codeChallenge');
  return found;
}
