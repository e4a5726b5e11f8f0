/** Request at the loopback listener -> what to answer, and is it the callback? RFC 8252, sections 7.3 and 8.3. */
import { createHash } from 'node:crypto';

export type LoopbackListener = {
  /** The IP literal that was bound and that the redirect URI names: `127.0.0.1`, or `[::1]`. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Is this callback URL ours? Comes from the core: nothing here reads a parameter. */
  accepts(callbackUrl: string): boolean;
};

export type LoopbackRequest = {
  readonly method: string;
  /** The request target as it was sent. RFC 9112, section 3.2. */
  readonly target: string;
  /** Names in lower case. A header that came twice is not the header that was meant: leave it out. */
  readonly headers: Readonly<Record<string, string | undefined>>;
};

export type LoopbackAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Present when this request was the callback. Anything else leaves the wait going on. */
  readonly callbackUrl?: string;
};

/** Where the person is sent once the callback has arrived, so that no code stays in the address bar or the history. */
export const CLEAN_PATH = '/';

/** Longer than any callback that a server sends. */
export const TARGET_LIMIT = 16_384;

/** Legible on a small screen, and dark where the person wants that. The colours are said, so that contrast is known. */
const STYLE =
  ':root{color-scheme:light dark;background:Canvas;color:CanvasText;font:1.125rem/1.5 system-ui,sans-serif}' +
  'main{max-width:30rem;margin:15vh auto;padding:0 1.5rem}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing is loaded, framed, cached or told to the next page, and no other origin may read or guess at it. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Decides about one request: pure, so that every case can be tested without a socket.
 *
 * The order matters: who is asked (`Host`, against DNS rebinding), what for (exact path), how (method), and only then
 * whether the core knows the callback. A good callback is answered with a redirect to a clean path.
 *
 * @see RFC 8252, section 8.3; RFC 9110, section 15
 */
export function answerLoopbackRequest(listener: LoopbackListener, request: LoopbackRequest): LoopbackAnswer {
  const { method, target, headers } = request;
  const host = headers['host'];
  if (target.length > TARGET_LIMIT) return problem(431);
  if (host === undefined) return problem(400);
  if (host !== `${listener.host}:${listener.port}`) return problem(421);
  if (target.split('?', 1)[0] !== listener.path) return problem(404);
  if (method !== 'GET') return problem(405, { allow: 'GET' });
  // A browser that only guesses repeats the request when the person really goes there.
  if (headers['sec-purpose'] !== undefined || headers['purpose'] === 'prefetch') return problem(503);
  const callbackUrl = `http://${host}${target}`;
  if (!listener.accepts(callbackUrl)) return problem(400);
  return { status: 303, headers: { ...HEADERS, location: CLEAN_PATH }, body: '', callbackUrl };
}

/** The page behind the clean path, once it is known how the login ended. */
export const endPage = (succeeded: boolean): LoopbackAnswer =>
  succeeded
    ? page(200, 'You are logged in', 'You can close this window and go back to the application.')
    : page(200, 'You are not logged in', 'Close this window and go back to the application. It says what went wrong.');

const problem = (status: number, more?: Readonly<Record<string, string>>): LoopbackAnswer =>
  page(status, 'Nothing to see here', 'This address only waits for the end of a login.', more);

/** Fixed texts only: no parameter of a request is ever repeated on a page. */
function page(status: number, title: string, text: string, more?: Readonly<Record<string, string>>): LoopbackAnswer {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
  return { status, headers: { ...HEADERS, ...more }, body };
}
