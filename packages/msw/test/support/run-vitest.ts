/** A file of tests -> how each of them ended, as JSON on standard output. It runs vitest inside vitest. */
import { basename, dirname } from 'node:path';
import { inspect } from 'node:util';
import { startVitest } from 'vitest/node';

const [file = ''] = process.argv.slice(2);

const vitest = await startVitest('test', [], {
  root: dirname(file),
  include: [basename(file)],
  config: false,
  watch: false,
  cache: false,
  reporters: [{}],
});
const tests = vitest.state.getTestModules().flatMap((module) =>
  [...module.children.allTests()].map((test) => {
    const { state, errors = [] } = test.result();
    return { name: test.name, state, errors: errors.map(({ message, stack = '' }) => ({ message, stack })) };
  }),
);
const unhandled = vitest.state.getUnhandledErrors().map((error) => inspect(error));
await vitest.close();
process.exitCode = 0;
process.stdout.write(`\n${JSON.stringify({ tests, unhandled })}\n`);
