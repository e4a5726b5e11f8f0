/** A program that has taken a lock before it logs in: `node file-lock-interrupt-child.ts <settings> <folder> <stuck>`. */
import { createClient, isProofkeyError, type ProofkeyError } from '@proofkey/client';
import { fileLock } from '../src/file-lock.ts';
import { fileStore } from '../src/file-store.ts';
import { type NodeSettings, nodePorts } from '../src/node-client.ts';

const [, , json = '', folder = '', stuck = ''] = process.argv;
const tell = (text: string): Promise<void> => new Promise((told) => process.send?.(text, undefined, {}, () => told()));
setTimeout(() => process.exit(3), 60_000).unref();

const settings = JSON.parse(json) as NodeSettings;
const lock = fileLock({ folder });
// From here on `signal-exit` listens to SIGINT.
await lock.runExclusive('any', async () => {});

const transactionStore = fileStore({ folder });
const remove = async (key: string): Promise<void> => {
  await tell('forgets');
  if (stuck !== '') await new Promise(() => {});
  await transactionStore.remove(key);
};
const ports = nodePorts({ ...settings, openBrowser: () => tell('waits') });
const client = createClient(settings, { ...ports, lock, transactionStore: { ...transactionStore, remove } });
try {
  await client.login();
} catch (error) {
  await tell(isProofkeyError(error) ? (error as ProofkeyError).failure.code : 'error');
}
process.exitCode = 7;
process.disconnect?.();
