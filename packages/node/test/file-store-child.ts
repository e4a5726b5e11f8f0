/** A process of its own that uses the store: `node file-store-child.ts <what> <folder> <argument>`. */
import { open } from 'node:fs/promises';
import { fileStore } from '../src/file-store.ts';
import { KEY, naiveStore, valueBy, WRITES } from './whole-values.ts';

const [, , what = '', folder = '', argument = ''] = process.argv;
const store = fileStore({ folder });

const tell = (text: string): Promise<void> => new Promise((told) => process.send?.(text, undefined, {}, () => told()));
const told = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

/** From here on no file of this process reaches the disk: the moment at which it is killed. */
async function stopBeforeSync(): Promise<void> {
  const file = await open(process.execPath);
  const handles = Object.getPrototypeOf(file) as { sync(): Promise<void> };
  await file.close();
  handles.sync = async () => {
    await tell('half');
    return new Promise<void>(() => {});
  };
}

switch (what) {
  case 'umask':
    process.umask(Number.parseInt(argument, 8));
    await store.set(KEY, argument);
    break;
  case 'write':
    for (let count = 0; count < WRITES; count++) await store.set(KEY, valueBy(`writer ${argument}, ${count}`));
    break;
  case 'stop':
    // Alive until it is killed, but not for ever.
    setTimeout(() => process.exit(3), 60_000);
    await stopBeforeSync();
    await store.set(KEY, valueBy(argument));
    break;
  case 'naive':
    await naiveStore(folder, async () => {
      await tell('half');
      await told();
    }).set(KEY, valueBy(argument));
    break;
  default:
    process.exitCode = 2;
}
process.disconnect?.();
