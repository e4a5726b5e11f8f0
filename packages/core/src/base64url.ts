/** Octets <-> base64url without padding. RFC 4648, section 5. Written out so that the core needs no platform API. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The value of each character code; -1 for those that have none. A table, because a token has a thousand of them. */
const VALUES: Int8Array = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
);

/** Octets -> base64url without padding. */
export function encodeBase64url(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const octet of octets) {
    bits = (bits << 8) | octet;
    for (count += 8; count > 5; ) {
      count -= 6;
      text += ALPHABET.charAt((bits >> count) & 63);
    }
  }
  return count ? text + ALPHABET.charAt((bits << (6 - count)) & 63) : text;
}

/** Base64url -> octets; undefined for anything that is not canonical: padding, white space, unused bits set. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const octets = new Uint8Array((text.length * 3) >> 2);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = (bits << 6) | value;
    count += 6;
    if (count > 7) {
      count -= 8;
      octets[at++] = bits >> count;
    }
  }
  return count > 5 || bits & ((1 << count) - 1) ? undefined : octets;
}

/** Octets -> text; undefined when they are not strict UTF-8. By way of the one decoder that ECMAScript itself has. */
export function decodeUtf8(octets: Uint8Array | undefined): string | undefined {
  let escaped = '';
  for (const octet of octets ?? []) {
    escaped += octet > 127 || octet === 37 ? `%${octet.toString(16)}` : String.fromCharCode(octet);
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
