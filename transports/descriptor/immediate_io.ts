import {
  EAGAIN,
  EOPNOTSUPP,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  RWF_NOWAIT,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";

/**
 * The result of a call that doesn't wait: a number of bytes, null if it would have
 * to wait, or undefined if the kernel doesn't support such calls for that file.
 */
export type Immediate = number | null | undefined;

/** The current position, for `preadv2` and `pwritev2`. */
const HERE = -1n;

/**
 * Reads without waiting, whatever the flags of the open file are. The flags are
 * shared with other processes, so setting O_NONBLOCK would change what their calls
 * do.
 */
export function readNow(
  libc: Libc,
  fd: number,
  isSocket: boolean,
  buffer: Uint8Array,
): Immediate {
  const { symbols } = libc;
  const count = isSocket
    ? symbols.recv(
      fd,
      buffer as BufferSource,
      BigInt(buffer.length),
      MSG_DONTWAIT,
    )
    : symbols.preadv2?.(fd, vector(buffer), 1, HERE, RWF_NOWAIT);
  if (count === undefined) return undefined;
  return count >= 0 ? count : failed(libc, `Cannot read from`, fd);
}

/** Writes what fits without waiting, whatever the flags of the open file are. */
export function writeNow(
  libc: Libc,
  fd: number,
  isSocket: boolean,
  buffer: Uint8Array,
): Immediate {
  const { symbols } = libc;
  const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  const count = isSocket
    ? symbols.send(fd, buffer as BufferSource, BigInt(buffer.length), flags)
    : symbols.pwritev2?.(fd, vector(buffer), 1, HERE, RWF_NOWAIT);
  if (count === undefined) return undefined;
  return count >= 0 ? count : failed(libc, `Cannot write to`, fd);
}

function failed(libc: Libc, doing: string, fd: number): null | undefined {
  const errno = libc.errno();
  if (errno === EAGAIN) return null;
  if (errno === EOPNOTSUPP) return undefined;
  throw osError(libc, `${doing} file descriptor ${fd}`, errno);
}

/** C's `iovec` of a buffer. */
function vector(buffer: Uint8Array): BigUint64Array<ArrayBuffer> {
  const pointer = Deno.UnsafePointer.of(buffer as BufferSource);
  return new BigUint64Array([
    Deno.UnsafePointer.value(pointer),
    BigInt(buffer.length),
  ]);
}
