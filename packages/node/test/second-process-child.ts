/** A small program that logs in: `node second-process-child.ts <what> <settings as JSON> <callback URL>`. */
import { createNodeClient, isProofkeyError, type NodeSettings, type ProofkeyError } from '../src/index.ts';

const [, , what = '', settings = '', callbackUrl = ''] = process.argv;
const client = createNodeClient({ ...(JSON.parse(settings) as NodeSettings), openBrowser: false });

const outcome = async (): Promise<unknown> => {
  switch (what) {
    // Prints its URL, waits for the callback, and is killed while it does.
    case 'begin':
      return client.login({ prompt: 'consent', appState: { begun: 'by the first process' } });
    case 'finish':
      return client.handleCallback(callbackUrl);
    case 'look':
      await client.start();
      return client.getSnapshot();
    case 'log out':
      return client.logout();
    default:
      throw new Error('unknown command');
  }
};

try {
  process.stdout.write(`${JSON.stringify((await outcome()) ?? {})}\n`);
} catch (error) {
  if (!isProofkeyError(error)) throw error;
  process.stdout.write(`${JSON.stringify({ failed: (error as ProofkeyError).failure.code })}\n`);
}
