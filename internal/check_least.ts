/**
 * Checks a number that may be fractional or Infinity.
 *
 * @throws {RangeError} If it is no number of at least `least`.
 */
export function checkLeast(name: string, value: number, least: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RangeError(
    `${name} must be a number of at least ${least}, got ${value}`,
  );
}
