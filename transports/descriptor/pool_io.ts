import { F_GETFL, O_NONBLOCK, POLLIN, POLLOUT } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { readSync, writeSync } from "./sync_io.ts";

/** Reads in a thread of Deno's pool. Nothing else may use the buffer meanwhile. */
export function readInPool(
  libc: Libc,
  fd: number,
  buffer: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const { readInThread } = libc.symbols;
  return retried(
    libc,
    fd,
    POLLIN,
    () => readInThread(fd, buffer, BigInt(buffer.length)),
    () => readSync(libc, fd, buffer),
  );
}

/** Writes in a thread of Deno's pool. Nothing else may use the buffer meanwhile. */
export function writeInPool(
  libc: Libc,
  fd: number,
  buffer: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const { writeInThread } = libc.symbols;
  return retried(
    libc,
    fd,
    POLLOUT,
    () => writeInThread(fd, buffer, BigInt(buffer.length)),
    () => writeSync(libc, fd, buffer),
  );
}

/** Whether a descriptor is ready now, or has a pending error. */
export function isReady(libc: Libc, fd: number, event: number): boolean {
  return libc.symbols.poll(new Int32Array([fd, event]), 1n, 0) !== 0;
}

// The errno of a call in another thread can't be read. So the call is repeated in
// this thread, where it fails with the same error, or succeeds, which is as good.
// It can't block, since it is repeated only if the descriptor is ready or
// non-blocking.
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
    if (isNonBlocking(libc, fd) || isReady(libc, fd, event)) return again();
  }
}

/** Whether calls on a descriptor fail if they would have to wait. */
export function isNonBlocking(libc: Libc, fd: number): boolean {
  return (libc.symbols.fcntl(fd, F_GETFL, 0) & O_NONBLOCK) !== 0;
}
