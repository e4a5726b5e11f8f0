/** What a test gives a knob -> just that, or an error that says what it has to be. */
import { MISUSE_CODES, STEPS } from './authorization-server.ts';
import { expectName } from './names.ts';

/** With more, timers of every platform go off at once. */
const LONGEST = 2 ** 31 - 1;

export const isDuration = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;

/** Seconds or milliseconds: a number, 0 or more. */
export function duration(value: number): number {
  if (!isDuration(value)) throw new RangeError('A duration is a number, 0 or more.');
  return value;
}

export function delay(milliseconds: number): number {
  if (duration(milliseconds) > LONGEST) throw new RangeError(`No timer takes more than ${LONGEST} milliseconds.`);
  return milliseconds;
}

/** May be negative. */
export function seconds(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError('A difference of clocks is a finite number of seconds.');
  return value;
}

export function yesOrNo(value: boolean): boolean {
  if (typeof value !== 'boolean') throw new TypeError('This is true or false.');
  return value;
}

export const expectStep = (step: unknown): void => expectName('step', step, STEPS);

export function expectCodes(codes: readonly unknown[]): void {
  for (const code of codes) expectName('misuse', code, MISUSE_CODES);
}

/** RFC 6749, sections 4.1.2.1 and 5.2. */
export function expectErrorCode(error: unknown): void {
  if (typeof error !== 'string' || !/^[ !#-[\]-~]+$/.test(error))
    throw new TypeError('An OAuth error is a text of printable ASCII without " and \\, as invalid_grant is.');
}

export function expectStatus(status: unknown): void {
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 599)
    throw new RangeError('A status is a whole number from 200 to 599.');
}
