/** Authorization URL -> the system browser, or why there is none. RFC 8252, section 6. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What tells whether a browser that is opened here would be seen by the person. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly container: boolean;
};

/** Files by which Docker and Podman mark a container. */
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];
/** Milliseconds. A launcher that fails does so within this time; one that ends later may be the browser itself. */
const WATCH_TIME = 1500;

export const surroundings = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  container: process.env['KUBERNETES_SERVICE_HOST'] !== undefined || CONTAINER_MARKS.some((mark) => existsSync(mark)),
});

/**
 * Why no browser is opened here; undefined where one is.
 *
 * `BROWSER` is asked first: editors that work over SSH or in a container set it to a command that opens the browser on
 * the person's own machine. What becomes of it is left to `open`.
 */
export function whyNoBrowser({ env, platform, container }: Surroundings): string | undefined {
  const { BROWSER, CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, SSH_CLIENT, SSH_TTY, WSL_DISTRO_NAME } = env;
  if (BROWSER === 'none') return 'BROWSER is "none"';
  if (BROWSER) return undefined;
  if (CI && CI !== 'false' && CI !== '0') return 'CI is set';
  if (DISPLAY || WAYLAND_DISPLAY) return undefined;
  if (SSH_CONNECTION || SSH_CLIENT || SSH_TTY) return 'this is an SSH session without a display';
  if (container) return 'this is a container without a display';
  if (platform === 'darwin' || platform === 'win32' || WSL_DISTRO_NAME) return undefined;
  return 'there is no display';
}

/** Is it safe to hand to a launcher? Anything else could be a file, a program or an option. */
export const isWebUrl = (url: string): boolean => URL.canParse(url) && /^https?:\/\//i.test(url);

/**
 * Opens the URL, without a shell, and watches the launcher for a short while: it may fail without a word.
 *
 * Neither the watching nor the launcher keeps the program alive.
 *
 * @returns what went wrong, as far as it is known soon; undefined when nothing did
 */
export async function openSystemBrowser(
  url: string,
  launch: (url: string) => Promise<ChildProcess> = launchBrowser,
): Promise<string | undefined> {
  if (!isWebUrl(url)) return 'the address is not one of the web';
  try {
    return await failureOf(await launch(url));
  } catch (error) {
    return reasonOf(error);
  }
}

/** Loaded only where a browser is opened. */
async function launchBrowser(url: string): Promise<ChildProcess> {
  const { default: open } = await import('open');
  return open(url);
}

function failureOf(launcher: ChildProcess): Promise<string | undefined> {
  const name = launcher.spawnfile.split(/[\\/]/).at(-1);
  return new Promise((resolve) => {
    const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `${name} ended with ${code ?? signal}`);
    };
    const failed = (error: unknown): void => resolve(reasonOf(error));
    const timer = setTimeout(() => {
      launcher.off('exit', ended);
      resolve(undefined);
    }, WATCH_TIME).unref();
    launcher.once('error', failed);
    // On Windows it has ended before it is handed over.
    if (launcher.exitCode !== null || launcher.signalCode !== null) ended(launcher.exitCode, launcher.signalCode);
    else launcher.once('exit', ended);
  });
}

/** The platform's name for it, and nothing longer: a message could hold the URL. */
function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'the launcher failed';
}
