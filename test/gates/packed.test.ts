/** `npm run packages` and `npm run examples` judge every package of the workspace, or fail. */
import { expect, test } from 'vitest';
import { expectAll, type Packed } from '../../scripts/packages/pack.ts';
import { withFolder } from './support/processes.ts';

const named = (name: string): string => JSON.stringify({ name, version: '1.0.0', exports: {} });
const packed = (name: string): Packed => ({ tarball: `${name}.tgz`, manifest: JSON.parse(named(name)) });

const WORKSPACE = {
  'packages/one/package.json': named('@a/one'),
  'packages/two/package.json': named('@a/two'),
  'packages/left-over/dist/index.js': '',
};

test('a package that was not packed is named', async () => {
  await withFolder(WORKSPACE, (folder) => {
    expect(() => expectAll([packed('@a/one')], folder)).toThrow(/^not packed: packages.two.package\.json$/);
    expect(() => expectAll([], folder)).toThrow(/one.+two/);
  });
});

test('all packages are enough', async () => {
  await withFolder(WORKSPACE, (folder) => {
    expect(() => expectAll([packed('@a/two'), packed('@a/one')], folder)).not.toThrow();
  });
});
