/** The tests: those of the packages, beside their sources, and the gates that hold for the whole repository. */
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const packages: TestProjectConfiguration = {
  test: {
    name: 'packages',
    environment: 'node',
    // Property tests and child processes on a machine that is busy. This is a limit, not a measurement.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['packages/*/test/**/*.test.ts'],
    typecheck: {
      enabled: true,
      checker: 'tsc',
      tsconfig: './tsconfig.json',
      include: ['packages/*/test/**/*.test-d.ts'],
    },
  },
};

/** What stands on msw, once more with the major before: only the name of the package is another one here. */
const msw2: TestProjectConfiguration = {
  resolve: { alias: [{ find: /^msw(?=$|\/)/, replacement: 'msw2' }] },
  test: {
    name: 'msw 2',
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['packages/msw/test/{node,socket-guard,handlers,jsdom,happy-dom,independent-clients,other-paths}.test.ts'],
  },
};

const gates: TestProjectConfiguration = {
  test: {
    name: 'gates',
    environment: 'node',
    include: ['test/gates/**/*.test.ts'],
    // Compilers and linters run here as processes of their own. This is a limit, not a measurement.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    projects: [packages, msw2, gates],
    // Many tests wait for other processes, so that no core is left out.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/generated/**'],
      reporter: ['text', 'json-summary'],
      thresholds: { 'packages/core/src/**': { lines: 98 } },
    },
  },
});
