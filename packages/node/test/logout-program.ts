/** A program that logs out at the server and says on standard output how that ended. It has nothing else to do. */
import { writeSync } from 'node:fs';
import { createNodeClient } from '../src/index.ts';
import { serverAt } from './server-at.ts';

const origin = 'http://127.0.0.1:9';
const server = { ...serverAt(origin), endSessionEndpoint: `${origin}/logout` };
const client = createNodeClient({ server, clientId: 'leaves', scope: [] });
const { departed, failure } = await client.logout({ endServerSession: true });
writeSync(1, `departed: ${departed}, failure: ${failure?.code ?? 'none'}\n`);
