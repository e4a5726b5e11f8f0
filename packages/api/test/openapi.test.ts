/** The description and its merger with the overlay are clean OpenAPI 3.1. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generate, overlay, root, spec, withTools, workshop } from './description.ts';

const lint = (file: string): { status: number | null; stderr: string } =>
  spawnSync('redocly', ['lint', file, '--config', join(root, 'redocly.yaml'), '--max-problems', '5'], {
    cwd: root,
    encoding: 'utf8',
    env: withTools,
  });

test('the description passes the linter without a warning', () => {
  const { status, stderr } = lint(spec);
  expect(stderr).not.toMatch(/warning|error/i);
  expect(status).toBe(0);
});

test('so does the description with the overlay', () => {
  const file = join(dirname(workshop().spec), 'merged.yaml');
  expect(generate('--overlay', overlay, '--merged', file).status).toBe(0);
  const { status, stderr } = lint(file);
  expect(stderr).not.toMatch(/warning|error/i);
  expect(status).toBe(0);
});
