/** Whether a redirect URI can be one, and whether it is the client's. RFC 6749, 3.1.2; RFC 8252, section 7. */

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?=[/?]|$)/;
const PRIVATE_USE = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/i;

/** https with a host, http on loopback, or a private-use scheme with a dot in it; never with a fragment. */
export const isSoundRedirectUri = (uri: string): boolean =>
  /^[!-~]+$/.test(uri) &&
  !uri.includes('#') &&
  (/^https:\/\/[^/?]+/.test(uri) || LOOPBACK.test(uri) || PRIVATE_USE.test(uri));

/** Letter for letter, but for the port of a loopback IP address. `localhost` counts too, as it does at real servers. */
export function isRegistered(uri: string, registered: readonly string[] | undefined, portFree: boolean): boolean {
  if (registered === undefined || registered.includes(uri)) return true;
  return portFree && LOOPBACK.test(uri) && registered.some((one) => withoutPort(one) === withoutPort(uri));
}

const withoutPort = (uri: string): string => uri.replace(LOOPBACK, 'http://$1');
