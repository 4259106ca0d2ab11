/** How many of the newest values wait to be taken: `"latest"` is one. */
export type Keep = "latest" | number;

/**
 * How many values may wait.
 *
 * @throws {RangeError} If it is a number, but no integer of at least 1.
 * @throws {TypeError} If it is neither a number nor `"latest"`.
 */
export function keepLimit(keep: Keep): number {
  if (keep === "latest") return 1;
  if (typeof keep !== "number") {
    throw new TypeError(
      `keep must be "latest" or a number, got ${describe(keep)}`,
    );
  }
  if (Number.isSafeInteger(keep) && keep >= 1) return keep;
  throw new RangeError(
    `keep must be "latest" or an integer of at least 1, got ${keep}`,
  );
}

function describe(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
