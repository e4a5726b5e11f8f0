/** Redirect URI setting -> bound loopback address: an IP literal, never every interface. RFC 8252, section 7.3. */
import type { Server } from 'node:http';
import { PortError, ProofkeyError } from '@proofkey/client';
import { refusalOf } from '@proofkey/core';

export type RedirectAddress = {
  /** IP literals to try, in this order. */
  readonly hosts: readonly string[];
  /** 0 for any free port. */
  readonly port: number;
  readonly path: string;
};

export type Address = { readonly host: string; readonly port: number; readonly path: string };

const LOOPBACK_URI = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(\/[^?#]*)$/;
/** A browser leaves this port out of `Host` and of the callback URL, which then no longer is the redirect URI. */
const DEFAULT_HTTP_PORT = 80;

/**
 * Reads the redirect URI that an application registered. Without a port any free one is taken; that is what RFC 8252
 * wants servers to allow. Without a redirect URI, `/callback` on IPv4, or on IPv6 where there is no IPv4.
 *
 * @throws ProofkeyError `invalid_redirect_uri`
 */
export function redirectAddressOf(redirectUri: string | undefined): RedirectAddress {
  if (redirectUri === undefined) return { hosts: ['127.0.0.1', '[::1]'], port: 0, path: '/callback' };
  const [, host, digits, path] = LOOPBACK_URI.exec(redirectUri) ?? [];
  const port = digits === undefined ? 0 : Number(digits);
  const usable = digits === undefined || (port > 0 && port < 65_536 && port !== DEFAULT_HTTP_PORT);
  if (host === undefined || path === undefined || !usable) {
    throw new ProofkeyError(refusalOf('misuse', 'invalid_redirect_uri', 'fix_configuration').failure);
  }
  return { hosts: [host], port, path };
}

/** As an application registers it; with any host of several. */
export const registeredAt = ({ hosts, port, path }: RedirectAddress): string =>
  `http://${hosts[0]}${port === 0 ? '' : `:${port}`}${path}`;

/** Rejects with `loopback_port_unavailable`. A port that is taken is never replaced by the next one. */
export async function bind(server: Server, { hosts, port, path }: RedirectAddress): Promise<Address> {
  let reason: NodeJS.ErrnoException | undefined;
  for (const host of hosts) {
    try {
      return { host, port: await listen(server, host.replace(/[[\]]/g, ''), port), path };
    } catch (error) {
      reason = error as NodeJS.ErrnoException;
      if (reason.code !== 'EADDRNOTAVAIL' && reason.code !== 'EAFNOSUPPORT') break;
    }
  }
  throw new PortError('loopback_port_unavailable', { system: reason?.code });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
