/** Everything on the wire, in one place. RFC 6749; OpenID Connect Core 1.0. */
export * from './generated/index.ts';
