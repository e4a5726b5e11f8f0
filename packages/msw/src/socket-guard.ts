/** A connection that msw does not see -> it stays on this machine, or goes where it may, or is never made. */
import { type LookupFunction, type NetConnectOpts, Socket, type TcpNetConnectOpts } from 'node:net';

/** What may be reached, by `host` (a name, or an address without brackets) and port. */
export type MayReach = (host: string, port: number) => boolean;

type Connect = (this: Socket, ...parameters: unknown[]) => Socket;

/**
 * Guards every TCP connection of this process: also those of clients that took `fetch` or `http.request` before msw
 * replaced them, of npm's undici, and of databases. What is loopback is let through.
 *
 * It looks at addresses as late as it can. msw 3 connects the sockets of requests that it answers as well, nowhere,
 * with a `lookup` of its own that finds everybody on loopback.
 *
 * @param refuse is told `host:port`
 * @returns takes the guard away
 */
export function guardSockets(mayReach: MayReach, refuse: (target: string) => void): () => void {
  const prototype = Socket.prototype as unknown as { connect: Connect };
  const { connect } = prototype;
  let isOn = true;
  const guarded: Connect = function (...parameters) {
    const [options, callback] = optionsOf(parameters);
    if (!isOn || !isTcp(options)) return connect.apply(this, parameters);
    const { host = 'localhost', port, lookup } = options;
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    if (isLoopback(host) || mayReach(host, Number(port))) return connect.apply(this, parameters);
    const found: LookupFunction = (_name, how, answered) => {
      const refused = (): void => {
        refuse(target);
        answered(refusalOf(target), '', 4);
      };
      if (lookup === undefined) return refused();
      lookup(host, how, (error, address, family) => {
        const all = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address);
        if (error || all.every(isLoopback)) answered(error, address, family);
        else refused();
      });
    };
    // Of an address nobody asks where it is, so that it has to be a name. No DNS server hears of either.
    return connect.call(this, { ...options, port, host: 'guarded.invalid', lookup: found }, callback);
  };
  prototype.connect = guarded;
  return () => {
    isOn = false;
    if (prototype.connect === guarded) prototype.connect = connect;
  };
}

/** The ways to call `connect`; Node.js itself gives a list of options and callback. */
function optionsOf(parameters: readonly unknown[]): readonly [unknown, unknown] {
  const [first, second] = parameters;
  const callback = parameters.find((one) => typeof one === 'function');
  if (Array.isArray(first)) return [first[0], first[1]];
  if (typeof first === 'object') return [first, callback];
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  return [isPort ? { port: first, ...(typeof second === 'string' && { host: second }) } : undefined, callback];
}

/** Not a UNIX socket, nor a pipe of Windows. */
function isTcp(options: unknown): options is TcpNetConnectOpts {
  const { path, port } = (options ?? {}) as Partial<Record<'path' | 'port', unknown>> & NetConnectOpts;
  return !path && port !== undefined;
}

const LOOPBACK = /^((.+\.)?localhost\.?|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|0\.0\.0\.0|::)$/i;

const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Every client knows what to do where nobody listens. */
const refusalOf = (target: string): NodeJS.ErrnoException =>
  Object.assign(
    new Error(
      `The mock login server lets no connection to ${target} leave this machine. Name http://${target} in ` +
        'passThrough if it has to.',
    ),
    { code: 'ECONNREFUSED', syscall: 'connect' },
  );
