import { RpcError } from "../../protocol/error.ts";
import { F_GET_SEALS, F_SEAL_SHRINK, TMPFS_MAGIC } from "../libc/constants.ts";
import { sizeOf } from "../descriptor/statx.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";

/** The error for a descriptor that isn't safe to map. */
export function invalid(
  message: string,
  details: { limit?: number; actual?: number } = {},
): RpcError {
  return new RpcError("invalid-shared-memory", message, {
    ...details,
    side: "remote",
  });
}

/**
 * Checks that memory of another process can be mapped without that process being
 * able to crash this one, and gives its size.
 *
 * @throws {RpcError} invalid-shared-memory; the connection survives
 */
export function checkRegion(libc: Libc, fd: number, maxSize: number): number {
  // The seals are checked first: with them, the size can only grow.
  const seals = libc.symbols.fcntl(fd, F_GET_SEALS, 0);
  if (seals < 0) throw invalid("The descriptor is no shared memory (a memfd)");
  if ((seals & F_SEAL_SHRINK) === 0) {
    throw invalid(
      "The shared memory can be shrunk, which could crash this process: the other side must call seal() before it sends it",
    );
  }
  // Huge pages can run out between mapping and reading, which is a crash too.
  const statfs = new BigInt64Array(16);
  if (libc.symbols.fstatfs(fd, statfs) !== 0) {
    throw osError(libc, `Cannot find the file system of descriptor ${fd}`);
  }
  if (statfs[0] !== BigInt(TMPFS_MAGIC)) {
    throw invalid(
      "The shared memory consists of huge pages, which can run out",
    );
  }
  const size = Number(sizeOf(libc, fd));
  if (size === 0) {
    throw invalid("The shared memory has a size of 0", { limit: 1, actual: 0 });
  }
  if (size > maxSize) {
    throw invalid(
      `The shared memory has ${size} bytes, and at most ${maxSize} are accepted: raise maxSize`,
      { limit: maxSize, actual: size },
    );
  }
  return size;
}
