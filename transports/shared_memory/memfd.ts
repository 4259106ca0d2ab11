import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  EINVAL,
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
