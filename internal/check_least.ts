/**
 * Checks a number, which may be fractional or Infinity.
 *
 * @throws {RangeError} If it is not a number, or below `least`.
 */
export function checkLeast(name: string, value: number, least: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RangeError(
    `${name} must be a number of at least ${least}, got ${value}`,
  );
}
