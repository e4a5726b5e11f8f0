/** Arguments of `npm run demo` -> what to do; whatever is not understood is not guessed. */
import { parseArgs } from 'node:util';

export const ATTACKS = ['verifier', 'state', 'issuer', 'signature', 'replay'] as const;
export type Attack = (typeof ATTACKS)[number];

export type OwnServer = { readonly issuer: string; readonly clientId: string; readonly audience?: string };

export type DemoOptions = {
  /** A browser in place of the scripted person. */
  readonly interactive?: boolean;
  /** False: nothing is opened, the address is only printed. */
  readonly browser?: boolean;
  readonly attack?: Attack;
  readonly own?: OwnServer;
  /** Of the redirect URI; any free one when absent. */
  readonly port?: number;
  /** Seconds. */
  readonly timeLimit?: number;
};

export const USAGE = `Usage: npm run demo -- [options]

  (nothing)             log a scripted person in at a server on this machine
  --interactive         log in yourself, in your browser
  --no-browser          the same, but open nothing: use the printed address
  --issuer URL          your own server, as its metadata writes it; with --client-id
  --client-id ID        a public client there, with the redirect URI http://127.0.0.1/callback
  --audience A          what the access token is for, where that server asks for it
  --port N              the port of the redirect URI (any free one otherwise)
  --break ATTACK        see an attack refused: ${ATTACKS.join(', ')}
  --time-limit SECONDS  how long the person may take
  --help, -h            this text
`;

export class UsageError extends Error {}

/** @throws UsageError with what was wrong */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv = process.env): DemoOptions | 'help' {
  const taken = takenByNpm(args, env);
  if (taken.length > 0)
    throw new UsageError(`npm took ${taken.join(' ')} for itself: write \`npm run demo -- ${taken.join(' ')}\``);
  const given = parsed(args);
  if (given.help) return 'help';
  const { issuer, audience, 'client-id': clientId, break: attack } = given;
  if ((issuer === undefined) !== (clientId === undefined)) throw new UsageError('--issuer and --client-id go together');
  if (audience !== undefined && issuer === undefined) throw new UsageError('--audience is for --issuer');
  const own = issuer !== undefined && clientId !== undefined && { issuer, clientId, ...(audience && { audience }) };
  const interactive = given.interactive || given['no-browser'] || own !== false;
  if (attack !== undefined && interactive) throw new UsageError('--break takes a scripted person and its own server');
  const port = numberIn('--port', given.port, 65_535);
  const timeLimit = numberIn('--time-limit', given['time-limit'], 3600);
  return {
    interactive,
    browser: !given['no-browser'],
    ...(attack !== undefined && { attack: attackNamed(attack) }),
    ...(own && { own }),
    ...(port !== undefined && { port }),
    ...(timeLimit !== undefined && { timeLimit }),
  };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const OPTIONS = {
  interactive: flag,
  'no-browser': flag,
  issuer: text,
  'client-id': text,
  audience: text,
  port: text,
  break: text,
  'time-limit': text,
  help: { ...flag, short: 'h' },
} as const;

/**
 * Flags before a bare `--`: npm keeps them as settings of its own, which it hands on in the environment, and leaves
 * their values among the arguments.
 */
function takenByNpm(args: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  if (env['npm_lifecycle_event'] !== 'demo') return [];
  const setting = (name: string): string | undefined => env[`npm_config_${name.replaceAll('-', '_')}`];
  const taken = Object.entries(OPTIONS).flatMap(([name, { type }]) =>
    setting(name) ? [type === 'string' ? `--${name} ...` : `--${name}`] : [],
  );
  // npm knows a setting `browser`, and reads "no" from a flag; it may also stand in somebody's own settings.
  const noBrowser = setting('browser') === '' && args.length === 0 ? ['--no-browser'] : [];
  return [...taken, ...noBrowser];
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function attackNamed(name: string): Attack {
  const attack = ATTACKS.find((known) => known === name);
  if (attack === undefined) throw new UsageError(`--break knows ${ATTACKS.join(', ')}`);
  return attack;
}

function numberIn(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const sound = /^\d{1,5}$/.test(text) && number >= 1 && number <= most;
  if (!sound) throw new UsageError(`${flag} takes a whole number from 1 to ${most}`);
  return number;
}
