/** A request that the core wants sent, and the answer to it, as plain data. RFC 9110. */
export type { HttpRequest, HttpResponse } from './wire.ts';

/** A response body longer than this many characters is refused unread. */
export const BODY_LIMIT = 1_048_576;
