/** What an adapter throws when it knows more than "it did not work". Never carries what was sent or received. */
import type { EffectFailedCode } from '@proofkey/core';

const BRAND = Symbol.for('proofkey.port_error');

/**
 * An effect that a port could not carry out.
 *
 * `system` is the platform's own name for the reason, such as `ECONNREFUSED`. It is kept only when it looks like such a
 * name, so that no text with a URL or a token in it can come along.
 */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: EffectFailedCode;
  /** For a request: may the server have seen it? */
  readonly sent?: 'no' | 'maybe';
  readonly system?: string;

  constructor(code: EffectFailedCode, more: { readonly sent?: 'no' | 'maybe'; readonly system?: unknown } = {}) {
    const system = systemName(more.system);
    super(system === undefined ? code : `${code} (${system})`);
    this.code = code;
    if (more.sent !== undefined) this.sent = more.sent;
    if (system !== undefined) this.system = system;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** What looks like a name of the platform for a reason; undefined for any other text. */
export const systemName = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(value) ? value : undefined;

/** True for a PortError of any copy of this package: two copies in one program are common. */
export const isPortError = (error: unknown): error is PortError =>
  typeof error === 'object' && error !== null && BRAND in error;
