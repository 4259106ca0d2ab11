import { HEADER_LEN } from "../../protocol/header.ts";
import { SO_SNDBUF, SO_SNDBUFFORCE, SOL_SOCKET } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";

/** What the kernel keeps of a send buffer for itself, in bytes (Linux, net/unix). */
const OVERHEAD = 32;

/**
 * No kernel brings a longer datagram: it takes 4 MiB in one piece and 17 pages of
 * at most 64 KiB.
 */
export const MAX_DATAGRAM_LEN: number = 8 * 1024 * 1024;

function sendBuffer(libc: Libc, fd: number): number {
  const value = new Int32Array(1);
  const length = new Uint32Array([4]);
  const { getsockopt } = libc.symbols;
  if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, value, length) !== 0) {
    throw osError(libc, "Cannot read the size of a socket's send buffer");
  }
  return value[0]!;
}

/** The longest datagram that fits the send buffer of a socket, in bytes. */
export function maxDatagramLen(libc: Libc, fd: number): number {
  return sendBuffer(libc, fd) - OVERHEAD;
}

/**
 * Makes the send buffer of a socket fit bodies of a length.
 *
 * @throws {RangeError} If the system doesn't allow it.
 */
export function fitSendBuffer(libc: Libc, fd: number, bodyLen: number): void {
  const needed = bodyLen + HEADER_LEN + OVERHEAD;
  const fits = needed <= MAX_DATAGRAM_LEN;
  if (fits && sendBuffer(libc, fd) >= needed) return;
  const { setsockopt } = libc.symbols;
  // The kernel doubles what it is given, up to net.core.wmem_max before that; with
  // CAP_NET_ADMIN there is a call that goes beyond.
  const half = new Int32Array([Math.ceil(needed / 2)]);
  for (const option of fits ? [SO_SNDBUF, SO_SNDBUFFORCE] : []) {
    setsockopt(fd, SOL_SOCKET, option, half, 4);
    if (sendBuffer(libc, fd) >= needed) return;
  }
  if (!fits) {
    throw new RangeError(
      `maxBodyLenWrite of ${bodyLen} doesn't fit one datagram: ${
        MAX_DATAGRAM_LEN - HEADER_LEN - OVERHEAD
      } at most do, whatever net.core.wmem_max (sysctl) allows. Use SharedMemory for what is large`,
    );
  }
  const limit = maxDatagramLen(libc, fd) - HEADER_LEN;
  throw new RangeError(
    `maxBodyLenWrite of ${bodyLen} doesn't fit one datagram: the system allows ${limit}. Raise net.core.wmem_max (sysctl) to ${
      half[0]
    }, or use SharedMemory for what is large`,
  );
}
