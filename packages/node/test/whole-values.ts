/** Values that show whether they were read as they were written, and a store that does not keep them so. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export const KEY = 'proofkey/1/app@https%3A%2F%2Fas.example.com/login/s7ate';
export const WRITES = 50;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** About 20 KiB that belong to one writer: half of it, or two halves of different ones, do not match their hash. */
export const valueBy = (writer: string): string => {
  const text = `${writer};`.repeat(Math.ceil(20_480 / (writer.length + 1)));
  return `${hash(text)} ${text}`;
};

export const isWhole = (value: string): boolean => hash(value.slice(65)) === value.slice(0, 64);

/** What many programs do: the file is emptied and then written, and `halfway` is when somebody else looks. */
export const naiveStore = (folder: string, halfway: () => Promise<void>) => ({
  get: (): string => readFileSync(join(folder, 'naive'), 'utf8'),
  async set(_key: string, value: string): Promise<void> {
    const file = await open(join(folder, 'naive'), 'w', 0o600);
    await file.write(value.slice(0, value.length / 2));
    await halfway();
    await file.write(value.slice(value.length / 2));
    await file.close();
  },
});

/** The folder and everything in it to which anybody else has a right. */
export const openToOthers = (folder: string): readonly string[] =>
  ['', ...(readdirSync(folder, { recursive: true }) as string[])].filter(
    (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
  );
