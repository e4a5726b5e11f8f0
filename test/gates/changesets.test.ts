/** What a release will tell its users: every entry names packages that exist and says something. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/processes.ts';

interface Config {
  readonly fixed: readonly (readonly string[])[];
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = readdirSync(join(root, 'packages')).map(
  (name) => (JSON.parse(read(`packages/${name}/package.json`)) as { name: string }).name,
);
const folderOf = (name: string): string => name.replace('@proofkey/', '');
const entries = readdirSync(join(root, '.changeset')).filter((file) => file.endsWith('.md') && file !== 'README.md');

test('all packages are released together, under one version', () => {
  const versions = names.map((name) => {
    return (JSON.parse(read(`packages/${folderOf(name)}/package.json`)) as { version: string }).version;
  });
  expect((JSON.parse(read('.changeset/config.json')) as Config).fixed).toEqual([['@proofkey/*']]);
  expect(new Set(versions).size).toBe(1);
});

test('every package has an entry that tells of it, until it is released', () => {
  const unreleased = names.filter((name) => !existsSync(join(root, 'packages', folderOf(name), 'CHANGELOG.md')));
  const told = entries.map((file) => read(`.changeset/${file}`)).join('\n');
  expect(unreleased.filter((name) => !told.includes(`'${name}':`))).toEqual([]);
});

test('every entry names packages of this repository, a kind of release, and what changes for users', () => {
  for (const file of entries) {
    const [, front = '', text = ''] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(read(`.changeset/${file}`)) ?? [];
    const named = [...front.matchAll(/^['"]?(@proofkey\/[\w-]+)['"]?: (?:major|minor|patch)$/gm)].map(
      ([, name]) => name,
    );
    expect(named, file).not.toEqual([]);
    expect(
      named.filter((name) => name === undefined || !names.includes(name)),
      file,
    ).toEqual([]);
    expect(text.trim(), file).not.toBe('');
  }
});
