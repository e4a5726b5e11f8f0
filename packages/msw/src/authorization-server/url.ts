/** Absolute URLs, taken apart without the platform. RFC 3986, section 3. */

const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?/i;

/** The path of a URL, percent-encoded as it is. */
export const pathIn = (url: string): string => URL_PARTS.exec(url)?.[2] || '/';

/** The path of an issuer, without a slash at its end; empty at the root. */
export const pathOf = (url: string): string => pathIn(url).replace(/\/$/, '');

/** A path as it may be shown: a long or odd part of it is a secret, or one in the wrong place. */
export const speakablePath = (path: string): string =>
  path
    .split('/')
    .map((part) => (/^[\w.~%-]{0,30}$/.test(part) ? part : '...'))
    .join('/');

/** Scheme, host and port. */
export const originOf = (url: string): string => URL_PARTS.exec(url)?.[1] ?? '';

export const queryOf = (url: string): string => URL_PARTS.exec(url)?.[3] ?? '';
