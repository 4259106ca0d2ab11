import { files } from "../../internal/runtime/files.ts";

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

/** Calls a function that makes a file, whose permissions are never wider than `mode`. */
export function withinMode<T>(mode: number | undefined, make: () => T): T {
  if (mode === undefined) return make();
  // The umask belongs to the whole process. With this one, files that other threads
  // make now can only get narrower permissions, not wider ones.
  const umask = files.umask(0o777);
  files.umask(umask | (~mode & 0o777));
  try {
    return make();
  } finally {
    files.umask(umask);
  }
}

/** Gives the file of a listener the permissions that it is to have. */
export function setMode(
  path: string,
  mode: number | undefined,
  listener: { close(): void },
): void {
  if (mode === undefined) return;
  try {
    files.chmod(path, mode);
  } catch (error) {
    listener.close();
    throw error;
  }
}
