/** A port of loopback -> its origin, the names that it goes by, and what a request line asks of it. RFC 9112, 3.2. */

const HOST = '127.0.0.1';

/** Nobody writes port 80, and issuers are compared letter for letter. */
export const originAt = (port: number): string => new URL(`http://${HOST}:${port}`).origin;

/** @param host as in the header */
export function isOwnHost(port: number, host: string): boolean {
  const names = [HOST, 'localhost'];
  const all = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
  return all.includes(host.toLowerCase());
}

/** The path and the query; undefined for what is meant for somebody else, as proxies are asked. */
export function pathAt(port: number, target: string): string | undefined {
  if (target.startsWith('/')) return target;
  const [, host, path] = /^http:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (host === undefined || path === undefined || !isOwnHost(port, host)) return undefined;
  return path.startsWith('/') ? path : `/${path}`;
}
