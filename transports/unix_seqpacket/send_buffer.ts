import { HEADER_LEN } from "../../protocol/header.ts";
import { SO_SNDBUF, SO_SNDBUFFORCE, SOL_SOCKET } from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";

/** How much of a send buffer the kernel uses itself, in bytes (Linux, net/unix). */
const OVERHEAD = 32;

/**
 * No kernel carries a longer datagram: its limit is 4 MiB in one piece and 17 pages
 * of at most 64 KiB.
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

/** The longest body that any kernel carries. */
const MAX_BODY_LEN = MAX_DATAGRAM_LEN - HEADER_LEN - OVERHEAD;

/**
 * Makes the send buffer of a socket large enough for bodies of a length.
 *
 * @throws {RangeError} If the system doesn't allow it.
 */
export function fitSendBuffer(libc: Libc, fd: number, bodyLen: number): void {
  const needed = bodyLen + HEADER_LEN + OVERHEAD;
  const fits = bodyLen <= MAX_BODY_LEN;
  if (fits && sendBuffer(libc, fd) >= needed) return;
  const { setsockopt } = libc.symbols;
  // The kernel limits the value to net.core.wmem_max and doubles it. With
  // CAP_NET_ADMIN, SO_SNDBUFFORCE goes beyond that limit.
  const half = Math.ceil(Math.min(needed, MAX_DATAGRAM_LEN) / 2);
  const value = new Int32Array([half]);
  for (const option of [SO_SNDBUF, SO_SNDBUFFORCE]) {
    setsockopt(fd, SOL_SOCKET, option, value, 4);
    if (fits && sendBuffer(libc, fd) >= needed) return;
  }
  const most = Math.min(maxDatagramLen(libc, fd) - HEADER_LEN, MAX_BODY_LEN);
  throw new RangeError(refusal(bodyLen, most, half));
}

/** The text of an error that names what fits and what to change. */
function refusal(bodyLen: number, most: number, half: number): string {
  const remedy = bodyLen <= MAX_BODY_LEN
    ? `. Raise net.core.wmem_max (sysctl) to ${half}, or set`
    : `, and ${MAX_BODY_LEN} at most whatever net.core.wmem_max (sysctl) allows. Set`;
  return `maxBodyLenWrite of ${bodyLen} doesn't fit one datagram of a seqpacket socket: bodies of at most ${most} bytes do here${remedy} maxBodyLenWrite to at most ${most} and send what is larger as SharedMemory, or use a stream socket ("unix:PATH")`;
}
