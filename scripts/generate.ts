/** OpenAPI description + overlays -> `packages/api/src/generated`, by what `npx @proofkey/generate` runs as well. */
import { join, resolve } from 'node:path';
import { main } from '../packages/generate/src/main.ts';

const root = resolve(import.meta.dirname, '..');

process.exitCode = await main(process.argv.slice(2), {
  spec: join(root, 'openapi/authorization-server.yaml'),
  overlays: [join(root, 'openapi/auth0.overlay.yaml')],
  out: join(root, 'packages/api/src/generated'),
  imports: 'ts',
  command: 'pnpm generate',
});
