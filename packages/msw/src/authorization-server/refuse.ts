/** A request that is not granted -> an OAuth error, and the sentence that teaches. RFC 6749, section 5.2. */
import { errorDraft } from './draft.ts';
import { type Misuse, type MisuseCode, type MisuseFacts, misuseOf } from './misuse.ts';
import type { Reply, Turn } from './turn.ts';

export function refuse(
  turn: Turn,
  error: string,
  description: string,
  misuse?: MisuseCode,
  facts: Partial<MisuseFacts> = {},
): Reply {
  const status = error === 'invalid_client' ? 401 : 400;
  // The scheme that the client tried. RFC 6749, section 5.2.
  const [scheme] = /^[!#-'*+.^`|~\w-]{1,20}(?= )/.exec(turn.headers['authorization'] ?? '') ?? [];
  const challenge = { 'www-authenticate': `${scheme} realm="${turn.state.settings.issuer}"` };
  return {
    draft: errorDraft(status, error, description, status === 401 && scheme !== undefined ? challenge : undefined),
    ...(misuse && { misuses: [misuseOf(misuse, { step: turn.step, ...facts })] }),
  };
}

const NAMED = 10;

/** Client ids are no secrets. RFC 6749, section 2.2. */
export function unknownClient({ state, step }: Turn): Misuse {
  const { clients } = state.settings;
  const ids = clients === 'any' ? [] : clients.map(({ clientId }) => clientId);
  const more = ids.length > NAMED ? ['...'] : [];
  return misuseOf('client_unknown', { step, name: [...ids.slice(0, NAMED), ...more].join(', ') });
}
