/** The tests that take too long for every run, in full: `npm test` runs a part of each. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    env: { LONG: '1' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    include: ['packages/{msw,node}/test/pages.test.ts'],
  },
});
