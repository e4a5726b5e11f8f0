/** A connection to another machine -> it is never made, and whoever asked for it is known. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { guardSockets } from '../../packages/msw/src/socket-guard.ts';

const asked = new AsyncLocalStorage<string[]>();
/** Of whom nobody knows who asked. */
const strays: string[] = [];

/** From now on, for this whole process. @returns ends it */
export const guardOutside = (): (() => void) =>
  guardSockets(
    () => false,
    (target) => void (asked.getStore() ?? strays).push(target),
  );

/** Adds to the wrongs of the task what it wanted of other machines. */
export async function heardOutside<T extends { readonly wrongs: string[] }>(task: () => Promise<T>): Promise<T> {
  const targets: string[] = [];
  const played = await asked.run(targets, task);
  played.wrongs.push(...targets.map((target) => `connects to ${target}`));
  return played;
}

export const strayConnections = (): readonly string[] => strays;
