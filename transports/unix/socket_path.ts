import { AF_UNIX } from "../libc/constants.ts";
import { isLinux } from "../../internal/runtime/deno.ts";
import { plainPath, requirePath } from "../descriptor/path_permission.ts";

/** How many bytes of path fit into a `sockaddr_un`, without the final zero. */
export const MAX_PATH_LEN = 107;

/**
 * Encodes the address of a Unix socket as C's `sockaddr_un`.
 *
 * - A path that starts with a zero byte is an abstract name, as in Deno.
 *
 * @throws {TypeError} if the path is empty, too long or has a zero byte in it
 */
export function encodeSockaddrUn(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(path);
  if (bytes.length === 0) {
    throw new TypeError("The path of a Unix socket must not be empty");
  }
  const abstract = bytes[0] === 0;
  if (!abstract && bytes.includes(0)) {
    throw new TypeError("The path of a Unix socket must not hold a zero byte");
  }
  const limit = abstract ? MAX_PATH_LEN + 1 : MAX_PATH_LEN;
  if (bytes.length > limit) {
    throw new TypeError(
      `The path of a Unix socket must fit ${limit} bytes, and this one has ${bytes.length}: ${path}`,
    );
  }
  // An abstract name has no final zero, as its length counts.
  const address = new Uint8Array(2 + bytes.length + (abstract ? 0 : 1));
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(bytes, 2);
  return address;
}

/**
 * The name in a `sockaddr_un` that the kernel has filled in: a path without its
 * final zero, an abstract name with its first, or nothing for an unnamed socket.
 * Null if the address isn't one of a Unix socket.
 */
export function decodeSockaddrUn(
  address: Uint8Array,
  length: number,
): Uint8Array | null {
  if (length < 2 || length > address.length) return null;
  if (address[0] !== AF_UNIX || address[1] !== 0) return null;
  const path = length > 2 && address[2] !== 0;
  return address.subarray(2, path ? length - 1 : length);
}

/**
 * Checks a path on Linux, since the error of Deno doesn't name it. Other systems
 * have other limits, which Deno checks.
 *
 * @throws {TypeError} If no socket can have this path.
 */
export function checkUnixPath(path: string): void {
  if (isLinux) encodeSockaddrUn(path);
}

/**
 * Asks for the permissions for the path of a socket, which FFI bypasses. An abstract
 * name has no file.
 *
 * @throws {Deno.errors.NotCapable} Without the permissions.
 */
export function requireSocketPath(path: string): string {
  if (path.startsWith("\0")) return path;
  const plain = plainPath(path);
  requirePath(plain, { read: true, write: true });
  return plain;
}
