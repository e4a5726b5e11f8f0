#!/usr/bin/env node
/** The command `npx @proofkey/generate`: its words -> generated files and an exit code. */
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
