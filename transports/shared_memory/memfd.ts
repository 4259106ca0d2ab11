import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
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
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";

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
