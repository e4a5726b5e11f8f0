/** Every request that an HTTP server of this process answers -> the secrets in it, so that a test can look for them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Secret = { readonly name: string; readonly value: string };

const NAMES = 'code|state|nonce|code_verifier|access_token|refresh_token|id_token|token|password';
const FORM = new RegExp(`(?<=^|[?&])(${NAMES})=([^&\\s"]+)`, 'g');
const JSON_MEMBER = new RegExp(`"(${NAMES})":"([^"]+)"`, 'g');
const FIELD = /name="(password)"[^>]* value="([^"]+)"/g;

const secretsIn = (text: string): readonly Secret[] =>
  [FORM, JSON_MEMBER, FIELD].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name = '', value = '']) => ({ name, value: decodeURIComponent(value) })),
  );

const credentialsIn = ({ authorization = '', cookie = '' }: IncomingMessage['headers']): readonly Secret[] => [
  ...authorization
    .split(' ', 2)
    .slice(1)
    .map((value) => ({ name: 'authorization', value })),
  ...cookie.split('; ').flatMap((pair) => {
    const value = pair.split('=')[1];
    return value ? [{ name: 'cookie', value }] : [];
  }),
];

/** @returns stops it */
export function recordSecrets(found: (secret: Secret) => void): () => void {
  const note = (secrets: readonly Secret[]): void => {
    // Shorter values are no secrets of a login, and would be found in any text.
    for (const secret of secrets) if (secret.value.length >= 16) found(secret);
  };
  const started = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    note(secretsIn(request.url ?? ''));
    note(credentialsIn(request.headers));
    tap(request, 'push', (text) => note(secretsIn(text)));
    for (const method of ['write', 'end'] as const) tap(response, method, (text) => note(secretsIn(text)));
  };
  subscribe('http.server.request.start', started);
  return () => void unsubscribe('http.server.request.start', started);
}

/** Reads the first argument of a method, and changes nothing. */
function tap(of: object, method: string, read: (text: string) => void): void {
  const methods = of as Record<string, (...given: unknown[]) => unknown>;
  const original = methods[method];
  methods[method] = (...given) => {
    const [first] = given;
    if (typeof first === 'string' || first instanceof Uint8Array) read(Buffer.from(first).toString('utf8'));
    return original?.apply(of, given);
  };
}
