import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  EFBIG,
  EINVAL,
  F_ADD_SEALS,
  F_GET_SEALS,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MFD_NOEXEC_SEAL,
  RLIMIT_FSIZE,
  TMPFS_MAGIC,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { RpcError } from "../../protocol/error.ts";
import { sizeOf } from "../descriptor/statx.ts";

const MAX_NAME_LEN = 249;

/**
 * Makes a file in memory, filled with zeros.
 *
 * @throws {TypeError} if the name is too long or has a zero byte in it
 */
export function createMemfd(
  libc: Libc,
  size: number,
  name: string,
): FileDescriptor {
  const bytes = new TextEncoder().encode(`${name}\0`);
  if (bytes.length - 1 > MAX_NAME_LEN || name.includes("\0")) {
    throw new TypeError(
      `The name of shared memory must fit ${MAX_NAME_LEN} bytes, without zeros, got ${
        JSON.stringify(name)
      }`,
    );
  }
  checkFileSize(libc, size);
  const { memfd_create, ftruncate } = libc.symbols;
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Hardened systems require this flag; kernels before 6.3 don't know it.
  let number = memfd_create(bytes, flags | MFD_NOEXEC_SEAL);
  if (number < 0 && libc.errno() === EINVAL) {
    number = memfd_create(bytes, flags);
  }
  if (number < 0) throw osError(libc, "Cannot create shared memory");
  const fd = new FileDescriptor(number, libc);
  if (ftruncate(number, BigInt(size)) === 0) return fd;
  const error = osError(libc, `Cannot create ${size} bytes of shared memory`);
  fd.close();
  throw error;
}

/** Fails over the limit to the size of files: the system would end the process (SIGXFSZ). */
function checkFileSize(libc: Libc, size: number): void {
  const failed = `Cannot create ${size} bytes of shared memory`;
  const limits = new BigUint64Array(2);
  if (libc.symbols.getrlimit(RLIMIT_FSIZE, limits) !== 0) {
    throw osError(libc, failed);
  }
  const most = limits[0]!;
  if (BigInt(size) <= most) return;
  const hint =
    `; files may have ${most} bytes (ulimit -f), which holds for memory, too`;
  throw osError(libc, failed, EFBIG, hint);
}

/** The largest shared memory there can be: 4 GiB. */
export const MAX_SIZE = 2 ** 32;
/** The largest size that is accepted from others by default: 1 GiB. */
export const DEFAULT_MAX_SIZE = 2 ** 30;

const ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
  F_SEAL_FUTURE_WRITE;

/**
 * Seals a memfd for good: nobody can change its size. Unless `writable`, nobody can
 * map it to write to it any more, but older mappings still can be written to.
 *
 * @throws {Deno.errors.PermissionDenied} if it has been sealed otherwise
 */
export function sealMemfd(libc: Libc, fd: number, writable: boolean): void {
  const wanted = writable ? ALL_SEALS & ~F_SEAL_FUTURE_WRITE : ALL_SEALS;
  const { fcntl } = libc.symbols;
  if ((fcntl(fd, F_GET_SEALS, 0) & ALL_SEALS) === wanted) return;
  if (fcntl(fd, F_ADD_SEALS, wanted) !== 0) {
    throw osError(libc, "Cannot seal the shared memory");
  }
}

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
