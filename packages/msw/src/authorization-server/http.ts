/** A request as it arrived, and an answer as it has to leave, as plain data. RFC 9110. */

export interface ServerRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What makes the signature of a JWT. */
export type SignWith =
  /** The server's key of that name. */
  | { readonly type: 'own_key'; readonly kid: string }
  /** A key of the same algorithm that the server never published; embedded, the header has it as its `jwk`. */
  | { readonly type: 'foreign_key'; readonly alg: string; readonly embedded?: true }
  /** HMAC SHA-256 with a text that is no secret; with the PEM of the server's public key when it is `null`. */
  | { readonly type: 'hmac'; readonly secret: string | null }
  /** Nothing: the third part stays empty. */
  | { readonly type: 'nothing' };

/** A JWT that the answer holds, not signed yet. Whoever signs puts it in the place of `placeholder`. RFC 7519. */
export interface JwtToSign {
  readonly placeholder: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signWith: SignWith;
  /** `at_hash` becomes the hash of this text, its placeholders replaced. OIDC Core, section 3.1.3.6. */
  readonly atHashOf?: string;
  /** One bit of the signature is turned over. */
  readonly spoiled?: true;
}

export interface ServerResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Placeholders of JWTs included. */
  readonly body: string;
  /** In the order in which they have to be signed. */
  readonly jwts: readonly JwtToSign[];
  /** The request was worked on, but its answer never arrives: the connection breaks. */
  readonly lost?: true;
}
