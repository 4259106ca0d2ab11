import {
  EINTR,
  F_GETFL,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";

// Where Linux cuts every read and write.
const MAX_SYNC = 0x7ffff000;
const MAX_IN_THREAD = 1024 * 1024;

/** Reads into `buffer`; 0 at the end. Blocks the program until there is something. */
export function readSync(libc: Libc, fd: number, buffer: Uint8Array): number {
  const { read } = libc.symbols;
  for (;;) {
    const size = BigInt(Math.min(buffer.length, MAX_SYNC));
    const count = read(fd, buffer as BufferSource, size);
    if (count >= 0) return count;
    const errno = libc.errno();
    if (errno !== EINTR) {
      throw osError(libc, `Cannot read from file descriptor ${fd}`, errno);
    }
  }
}

/** Writes from `buffer`, maybe a part. Blocks the program until something fits. */
export function writeSync(libc: Libc, fd: number, buffer: Uint8Array): number {
  const { write } = libc.symbols;
  for (;;) {
    const size = BigInt(Math.min(buffer.length, MAX_SYNC));
    const count = write(fd, buffer as BufferSource, size);
    if (count >= 0) return count;
    const errno = libc.errno();
    if (errno !== EINTR) {
      throw osError(libc, `Cannot write to file descriptor ${fd}`, errno);
    }
  }
}

/**
 * Reads in a thread of Deno's pool, by way of a buffer of its own: the user's may
 * be transferred or unmapped meanwhile.
 */
export async function read(
  libc: Libc,
  fd: number,
  buffer: Uint8Array,
): Promise<number> {
  const own = new Uint8Array(Math.min(buffer.length, MAX_IN_THREAD));
  const { readInThread } = libc.symbols;
  const count = await retried(
    libc,
    fd,
    POLLIN,
    () => readInThread(fd, own, BigInt(own.length)),
    () => readSync(libc, fd, own),
  );
  if (buffer.length < count) {
    throw new TypeError(
      `The buffer was transferred or closed while ${count} bytes were read for it, which are lost`,
    );
  }
  buffer.set(own.subarray(0, count));
  return count;
}

/** Writes a copy in a thread of Deno's pool. */
export function write(
  libc: Libc,
  fd: number,
  buffer: Uint8Array,
): Promise<number> {
  const own = buffer.slice(0, MAX_IN_THREAD);
  const { writeInThread } = libc.symbols;
  return retried(
    libc,
    fd,
    POLLOUT,
    () => writeInThread(fd, own, BigInt(own.length)),
    () => writeSync(libc, fd, own),
  );
}

// The errno of a call in another thread can't be read. The same call in this
// thread fails again, and then it can; or it succeeds, which is as good. It must
// not block, though: it can't on a descriptor that is ready or non-blocking.
async function retried(
  libc: Libc,
  fd: number,
  event: number,
  inThread: () => Promise<number>,
  again: () => number,
): Promise<number> {
  for (;;) {
    const count = await inThread();
    if (count >= 0) return count;
    const { poll, fcntl } = libc.symbols;
    const polled = new Int32Array([fd, event]);
    const nonBlocking = (fcntl(fd, F_GETFL, 0) & O_NONBLOCK) !== 0;
    if (nonBlocking || poll(polled, 1n, 0) !== 0) return again();
  }
}
