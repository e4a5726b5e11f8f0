/** A request that the core wants sent, and the answer to it, as plain data. RFC 9110. */
export type { HttpRequest, HttpResponse } from './wire.ts';
