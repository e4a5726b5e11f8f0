/** This computer's clock -> NumericDate. RFC 7519, section 2. */
import type { Clock } from '@proofkey/client';
import type { NumericDate } from '@proofkey/core';

/** Whole seconds, not milliseconds. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000) as NumericDate,
  monotonic: () => performance.now() / 1000,
};
