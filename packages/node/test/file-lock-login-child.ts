/** A program that finishes a login when it is told to: `node file-lock-login-child.ts <settings> <callback URL> <stops>`. */
import { createClient, isProofkeyError, type Ports, type ProofkeyError, promiseLock } from '@proofkey/client';
import { type NodeSettings, nodePorts } from '../src/node-client.ts';

const [, , json = '', callbackUrl = '', stops = ''] = process.argv;
const tell = (text: string): Promise<void> => new Promise((told) => process.send?.(text, undefined, {}, () => told()));
const told = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));
/** Says where it is, and goes on when it is told to. */
const stop = async (place: string): Promise<void> => {
  const goOn = told();
  await tell(place);
  await goOn;
};
// Not for ever, whatever the test does.
setTimeout(() => process.exit(3), 90_000).unref();

const settings = JSON.parse(json) as NodeSettings;
const made = nodePorts({ ...settings, openBrowser: false });
/** A negative control has a lock that no other process knows. */
const lock = stops.includes('no lock') ? promiseLock() : made.lock;
let asked = 0;
let reads = 0;
const ports: Ports = {
  ...made,
  lock: {
    async runExclusive(name, task) {
      if (stops.includes('ask') && asked++ === 0) await stop('asks');
      return lock.runExclusive(name, task);
    },
  },
  transactionStore: {
    ...made.transactionStore,
    async get(key) {
      const value = await made.transactionStore.get(key);
      reads += 1;
      // The first time is to see what this login is; the second time is to spend it.
      if (stops.includes('spend') && reads === 2) await stop('spends');
      return value;
    },
  },
  transport: {
    async send(request, cancel) {
      if (stops.includes('send') && request.method === 'POST') await stop('sends');
      return made.transport.send(request, cancel);
    },
  },
};
const client = createClient(settings, ports);

await stop('ready');
try {
  await tell(JSON.stringify(await client.handleCallback(callbackUrl)));
} catch (error) {
  if (!isProofkeyError(error)) throw error;
  await tell(JSON.stringify({ failed: (error as ProofkeyError).failure.code }));
}
process.disconnect?.();
