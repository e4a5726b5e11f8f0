/** Everything on the wire, in one place. RFC 6749; OpenID Connect Core 1.0. */
export * from './generated/index.ts';
export type { FormParameters, HttpRequest, HttpResponse, Input, Read } from './runtime.ts';
export { appendQuery, encodeForm } from './runtime.ts';
