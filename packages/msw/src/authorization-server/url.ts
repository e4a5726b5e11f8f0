/** Absolute URLs, taken apart without the platform. RFC 3986, section 3. */

const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?/i;

/** The path of a URL, percent-encoded as it is. */
export const pathIn = (url: string): string => URL_PARTS.exec(url)?.[2] || '/';

/** The path of an issuer, without a slash at its end; empty at the root. */
export const pathOf = (url: string): string => pathIn(url).replace(/\/$/, '');

/** Scheme, host and port. */
export const originOf = (url: string): string => URL_PARTS.exec(url)?.[1] ?? '';

export const queryOf = (url: string): string => URL_PARTS.exec(url)?.[3] ?? '';
