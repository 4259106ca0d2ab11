/** The largest shared memory there can be: 4 GiB. */
export const MAX_SIZE = 2 ** 32;
/** The largest size that is accepted from others by default: 1 GiB. */
export const DEFAULT_MAX_SIZE = 2 ** 30;

/**
 * Checks a number of bytes or of objects.
 *
 * @throws {RangeError} if it is no integer from 1 to the maximum
 */
export function checkCount(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(
    `${name} must be an integer from 1 to ${max}, got ${value}`,
  );
}
