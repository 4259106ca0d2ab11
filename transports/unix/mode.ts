/**
 * Checks the permissions that a socket file is to have.
 *
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 */
export function checkMode(mode: number | undefined): void {
  if (mode === undefined) return;
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return;
  throw new RangeError(`mode must be from 0 to 0o777, got ${mode}`);
}
