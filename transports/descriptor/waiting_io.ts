import {
  EPOLLIN,
  EPOLLOUT,
  S_IFBLK,
  S_IFDIR,
  S_IFREG,
  S_IFSOCK,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { type Immediate, readNow, writeNow } from "./immediate_io.ts";
import { isNonBlocking, isReady, readInPool, writeInPool } from "./pool_io.ts";
import { type Direction, Readiness } from "./readiness.ts";
import { typeOf } from "./statx.ts";
import { readSync, writeSync } from "./sync_io.ts";

/** How much one call moves, in bytes. */
const MAX_LEN = 1024 * 1024;

/** Keeps a descriptor open while a thread uses it. */
export type InThread = <T>(use: () => Promise<T>) => Promise<T>;

/**
 * Reads what is there.
 *
 * - Files on a disk are read in a thread of Deno's pool: the kernel doesn't tell
 *   when they are ready, and it never takes long.
 * - For all else, the reactor waits until it is ready; then a call that doesn't
 *   wait reads into the buffer itself. If the kernel has no such call for the file
 *   (a terminal, an inotify instance), a thread reads it once it is ready; if
 *   another reader is faster, that thread waits for more.
 */
export function read(
  libc: Libc,
  fd: number,
  buffer: Uint8Array,
  inThread: InThread,
): Promise<number> {
  const inPool = async (): Promise<number> => {
    // The user's buffer may be transferred or unmapped meanwhile.
    const own = new Uint8Array(Math.min(buffer.length, MAX_LEN));
    const count = await inThread(() => readInPool(libc, fd, own));
    if (buffer.length < count) throw goneBuffer(`${count} bytes are lost`);
    buffer.set(own.subarray(0, count));
    return count;
  };
  const type = typeOf(libc, fd);
  if (isOnDisk(type)) return inPool();
  if (buffer.length === 0 || isNonBlocking(libc, fd)) {
    return Promise.resolve(readSync(libc, fd, buffer));
  }
  const now = (): Immediate => {
    if (buffer.length === 0) throw goneBuffer("nothing was read");
    const part = buffer.subarray(0, MAX_LEN);
    return readNow(libc, fd, type === S_IFSOCK, part);
  };
  return whenReady(libc, fd, EPOLLIN, now, inPool);
}

/**
 * Writes what fits, in the same ways. The buffer may change as soon as the call
 * returns.
 */
export function write(
  libc: Libc,
  fd: number,
  buffer: Uint8Array,
  inThread: InThread,
): Promise<number> {
  let part = buffer.subarray(0, MAX_LEN);
  const inPool = (): Promise<number> => {
    const own = part.slice();
    return inThread(() => writeInPool(libc, fd, own));
  };
  const type = typeOf(libc, fd);
  if (isOnDisk(type)) return inPool();
  if (isNonBlocking(libc, fd)) {
    return Promise.resolve(writeSync(libc, fd, part));
  }
  const now = (): Immediate => writeNow(libc, fd, type === S_IFSOCK, part);
  return whenReady(libc, fd, EPOLLOUT, now, inPool, () => part = part.slice());
}

/**
 * Does something at once, or when the descriptor is ready.
 *
 * @param onWait Called if it has to wait.
 */
async function whenReady(
  libc: Libc,
  fd: number,
  direction: Direction,
  now: () => Immediate,
  inPool: () => Promise<number>,
  onWait?: () => void,
): Promise<number> {
  const count = now();
  if (typeof count === "number") return count;
  onWait?.();
  if (count === null) {
    return await Readiness.wait(libc, fd, direction, () => now() ?? null);
  }
  // A descriptor that can't be watched is always ready, so ask before watching.
  const ready = (): true | null => isReady(libc, fd, direction) || null;
  if (!ready()) await Readiness.wait(libc, fd, direction, ready);
  return await inPool();
}

function isOnDisk(type: number): boolean {
  return type === S_IFREG || type === S_IFDIR || type === S_IFBLK;
}

function goneBuffer(what: string): TypeError {
  return new TypeError(
    `The buffer was transferred or closed during the read: ${what}`,
  );
}
