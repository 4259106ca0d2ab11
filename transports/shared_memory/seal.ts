import {
  F_ADD_SEALS,
  F_GET_SEALS,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";

const ALL = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;

/**
 * Seals a memfd for good: its size, and, unless `writable`, that nobody can write
 * to it who has not mapped it before.
 *
 * @throws {Deno.errors.PermissionDenied} if it has been sealed otherwise
 */
export function sealMemfd(libc: Libc, fd: number, writable: boolean): void {
  const wanted = writable ? ALL & ~F_SEAL_FUTURE_WRITE : ALL;
  const { fcntl } = libc.symbols;
  if ((fcntl(fd, F_GET_SEALS, 0) & ALL) === wanted) return;
  if (fcntl(fd, F_ADD_SEALS, wanted) !== 0) {
    throw osError(libc, "Cannot seal the shared memory");
  }
}
