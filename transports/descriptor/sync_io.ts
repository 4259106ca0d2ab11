import { EINTR } from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";

// The most that Linux moves in one read or write.
const MAX_SYNC = 0x7ffff000;

/** Reads into `buffer`; 0 at the end. Blocks the program until something is there. */
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
