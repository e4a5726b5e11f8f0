/** Redirect URI -> is it one client's alone? The mix-up defence for servers that send no `iss`. RFC 9700, 4.4.2.2. */
import { isOurCallback, refusalOf, type ServerMetadata, type State } from '@proofkey/core';
import { ProofkeyError } from './error.ts';
import type { Owner } from './records.ts';

/** The clients of this application by redirect URI, as long as somebody holds them. */
const clients = new Map<string, Set<WeakRef<Owner>>>();

/** Any port of loopback is the same redirect URI. RFC 8252, section 7.3. */
const registered = (redirectUri: string): string =>
  redirectUri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d+)?/, '$1');

const living = (owners: Iterable<WeakRef<Owner>> = []): readonly Owner[] =>
  [...owners].flatMap((one) => one.deref() ?? []);

const STATE = 'any' as State;

/** Would a callback at the other one be taken for a callback here? It may bring parameters that nobody knows. */
const takes = (redirectUri: string, other: string): boolean =>
  isOurCallback(
    { redirectUri, responseMode: 'query', state: STATE },
    `${other}${other.includes('?') ? '&' : '?'}state=${STATE}`,
  );

/** Server and client are known by name; one that runs on this computer is a test, and nobody's attacker. */
export function announce(redirectUri: string, owner: Owner): void {
  const key = registered(redirectUri);
  const owners = living(clients.get(key));
  if (/^http:/.test(owner.issuer) || owners.includes(owner)) return;
  clients.set(key, new Set([...owners, owner].map((one) => new WeakRef(one))));
}

/**
 * A server that does not say who it is in its callback could be handed the code of another one.
 *
 * @throws ProofkeyError `redirect_uri_shared`
 * @see RFC 9700, section 4.4; RFC 9207
 */
export function demandDistinct(redirectUri: string, owner: Owner, server: ServerMetadata): void {
  const mine = registered(redirectUri);
  const others = [...clients].flatMap(([uri, owners]) => (takes(mine, uri) ? living(owners) : []));
  const another = others.some(({ issuer, clientId }) => issuer !== owner.issuer || clientId !== owner.clientId);
  if (another && !server.issParameterSupported) throw new ProofkeyError(SHARED);
}

const { failure: SHARED } = refusalOf('misuse', 'redirect_uri_shared', 'fix_configuration');
