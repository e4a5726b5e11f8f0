/** Imported before a program: writes the secrets that its servers see into the file that SECRETS_FILE names. */
import { appendFileSync } from 'node:fs';
import { recordSecrets } from './secrets.ts';

const file = process.env['SECRETS_FILE'];
if (file === undefined) throw new Error('SECRETS_FILE is not set');
recordSecrets((secret) => appendFileSync(file, `${JSON.stringify(secret)}\n`));
