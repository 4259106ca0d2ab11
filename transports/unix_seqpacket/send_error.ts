import { RpcError } from "../../protocol/error.ts";
import { HEADER_LEN } from "../../protocol/header.ts";
import {
  EBADF,
  EINVAL,
  EMSGSIZE,
  ENOBUFS,
  ENOMEM,
  ETOOMANYREFS,
  RLIMIT_NOFILE,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { maxDatagramLen } from "./send_buffer.ts";

/** The kernel can allocate a buffer of this length even if its memory is fragmented. */
const MODEST_LEN = 64 * 1024;

/** How many files the process may have open. */
function openFileLimit(libc: Libc): number {
  const limits = new BigUint64Array(2);
  libc.symbols.getrlimit(RLIMIT_NOFILE, limits);
  return Number(limits[0]);
}

/**
 * The non-fatal error for a datagram that the kernel refuses; null if the
 * connection is broken.
 *
 * @param errno The reason.
 * @param length The length of the datagram with its header.
 */
export function refusedDatagram(
  libc: Libc,
  socket: number,
  errno: number,
  length: number,
  fds: number,
): RpcError | null {
  const actual = length - HEADER_LEN;
  const cause = osError(libc, "sendmmsg failed", errno);
  switch (errno) {
    case EMSGSIZE: {
      const limit = maxDatagramLen(libc, socket) - HEADER_LEN;
      return new RpcError(
        "payload-too-large",
        `A body of ${actual} bytes doesn't fit the socket's send buffer, which takes ${limit}: raise maxBodyLenWrite to have the buffer grow`,
        { limit, actual, cause },
      );
    }
    case ENOBUFS:
    case ENOMEM:
      return new RpcError(
        "payload-too-large",
        `The kernel has no memory in one piece for a body of ${actual} bytes; ${MODEST_LEN} always fit, and SharedMemory carries any length`,
        { limit: MODEST_LEN, actual, cause },
      );
    case ETOOMANYREFS: {
      const limit = openFileLimit(libc);
      return new RpcError(
        "too-many-fds",
        `The descriptors of this user that are on their way to be received may be ${limit}, and ${fds} more don't fit: raise the limit on open files (ulimit -n)`,
        { limit, actual: fds, cause },
      );
    }
    case EBADF:
    case EINVAL:
      return new RpcError(
        "encode-failed",
        `The kernel refuses the message with its ${fds} descriptors: ${cause.message}`,
        { cause },
      );
    default:
      return null;
  }
}
