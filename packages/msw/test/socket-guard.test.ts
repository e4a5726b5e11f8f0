/** A connection -> it stays on this machine, goes where it may, or is never made, whoever asks for it and how. */
import dns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import net, {
  type AddressInfo,
  createServer,
  type LookupFunction,
  type Server,
  Socket,
  type SocketConnectOpts,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { guardSockets, type MayReach } from '../src/socket-guard.ts';

let connections = 0;
let server: Server;
let port: number;
let restore = (): void => undefined;
const refused: string[] = [];

beforeEach(async () => {
  connections = 0;
  refused.length = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  restore();
  vi.restoreAllMocks();
  await new Promise((resolve) => server.close(resolve));
});

const guard = (mayReach: MayReach = () => false): void => {
  restore = guardSockets(mayReach, (target) => refused.push(target));
};

/** Rejects with the error of the socket. */
const connect = (options: SocketConnectOpts): Promise<void> =>
  new Promise((resolve, reject) => {
    net
      .connect(options as net.NetConnectOpts)
      .on('error', reject)
      .on('close', () => resolve());
  });

const leadsTo =
  (...addresses: readonly string[]): LookupFunction =>
  (_name, options, found) => {
    const all = addresses.map((address) => ({ address, family: net.isIP(address) }));
    process.nextTick(() => (options.all ? found(null, all) : found(null, all[0]?.address ?? '', all[0]?.family)));
  };

test.each([undefined, '127.0.0.1', 'localhost', '0.0.0.0', '::ffff:127.0.0.1'])(
  'what leads to this machine is let through: %s',
  async (host) => {
    guard();
    await connect({ port, ...(host !== undefined && { host }) });
    expect([connections, refused]).toEqual([1, []]);
  },
);

test('so is a UNIX socket, or a pipe of Windows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-guard-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replaceAll(/\W/g, '')}` : join(folder, 'socket');
  const local = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => local.listen(path, resolve));
  guard();
  await connect({ path });
  await new Promise<void>((resolve, reject) => {
    new Socket().connect(path).on('close', resolve).on('error', reject);
  });
  await new Promise((resolve) => local.close(resolve));
  rmSync(folder, { recursive: true, force: true });
  expect(refused).toEqual([]);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8::7', '[2001:db8::7]'],
  ['::ffff:203.0.113.7', '[::ffff:203.0.113.7]'],
  ['127.0.0.1.example', '127.0.0.1.example'],
  ['localhost.example', 'localhost.example'],
  ['notlocalhost', 'notlocalhost'],
])('%s is refused before anybody is asked where it is', async (host, told) => {
  const lookup = vi.spyOn(dns, 'lookup');
  guard();
  await expect(connect({ host, port })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    message: `The mock login server lets no connection to ${told}:${port} leave this machine. Name http://${told}:${port} in passThrough if it has to.`,
  });
  expect(lookup).not.toHaveBeenCalled();
  expect(refused).toEqual([`${told}:${port}`]);
});

test('of an address that a lookup of one’s own finds, the address decides, and every one of several', async () => {
  const host = 'login.company.example';
  guard();
  await connect({ host, port, lookup: leadsTo('127.0.0.1') });
  await connect({ host, port, lookup: leadsTo('127.0.0.1'), autoSelectFamily: false });
  expect([connections, refused]).toEqual([2, []]);
  for (const lookup of [leadsTo('203.0.113.7'), leadsTo('127.0.0.1', '203.0.113.7'), leadsTo('203.0.113.7', '::1')])
    await expect(connect({ host, port, lookup, autoSelectFamily: true })).rejects.toThrow('lets no connection to');
  await expect(connect({ host, port, lookup: leadsTo('203.0.113.7'), autoSelectFamily: false })).rejects.toThrow(
    'lets no connection to',
  );
  expect([connections, refused.length]).toEqual([2, 4]);
  const lookup: LookupFunction = (_name, _options, found) => found(new Error('found nobody'), '', 4);
  await expect(connect({ host, port, lookup })).rejects.toThrow('found nobody');
});

test('an address with a lookup beside it, as msw 3 has it for what it answers, leads where that says', async () => {
  guard();
  await connect({ host: '203.0.113.7', port, lookup: leadsTo('127.0.0.1') });
  expect([connections, refused]).toEqual([1, []]);
});

test('what may be reached is, by the name and the port that were asked for', async () => {
  const asked: unknown[] = [];
  guard((host, to) => {
    asked.push([host, to]);
    return host === 'db.example';
  });
  await connect({ host: 'db.example', port, lookup: leadsTo('127.0.0.1') });
  await expect(connect({ host: 'other.example', port: `${port}` as unknown as number })).rejects.toThrow(
    'other.example',
  );
  expect(asked).toEqual([
    ['db.example', port],
    ['other.example', port],
  ]);
  expect([connections, refused]).toEqual([1, [`other.example:${port}`]]);
});

test('nonsense is refused by Node.js, as ever', () => {
  guard();
  expect(() => new Socket().connect({ host: 'a.example', port: 70_000 })).toThrow(RangeError);
  expect(() => new Socket().connect({} as SocketConnectOpts)).toThrow(TypeError);
  expect(() => new Socket().connect(...([] as unknown as [string]))).toThrow(TypeError);
});

test('is gone afterwards, and does nothing where somebody has built upon it', async () => {
  const { connect: before } = Socket.prototype;
  guard();
  expect(Socket.prototype.connect).not.toBe(before);
  restore();
  expect(Socket.prototype.connect).toBe(before);
  guard();
  const { connect: guarded } = Socket.prototype;
  const built: typeof before = function (this: Socket, ...parameters: never[]) {
    return Reflect.apply(guarded, this, parameters);
  } as typeof before;
  Socket.prototype.connect = built;
  restore();
  expect(Socket.prototype.connect).toBe(built);
  vi.spyOn(dns, 'lookup').mockImplementation(leadsTo('127.0.0.1') as typeof dns.lookup);
  await connect({ host: 'login.company.example', port });
  Socket.prototype.connect = before;
  expect([connections, refused]).toEqual([1, []]);
});
