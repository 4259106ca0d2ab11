import { EINTR, POLLNVAL } from "./constants.ts";
import type { Libc } from "./libc.ts";

const WORD = 64;
const CHUNK = 1024;
const MAX_SIZE = 65536;
const NO_TIME = new BigInt64Array(2);

/** Finds the open descriptors of this process, without `/proc`. */
export class DescriptorTable {
  readonly #libc: Libc;
  readonly #polled = new Int32Array(2 * CHUNK);
  #bits = new BigUint64Array(0);
  #size = WORD;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /**
   * All descriptors that are open throughout the call, or null if there are too
   * many to look through. May contain others too.
   */
  open(): number[] | null {
    while (this.#reaches(this.#size)) {
      if (this.#size >= MAX_SIZE) return null;
      this.#size *= 2;
    }
    const open: number[] = [];
    for (let first = 0; first < this.#size; first += CHUNK) {
      this.#poll(first, Math.min(CHUNK, this.#size - first), open);
    }
    return open;
  }

  // Whether a descriptor of `first` or more can be open. The limit on open files
  // doesn't help, as Deno raises it to the hard one, often a million. But Linux'
  // select() ignores descriptors beyond the process's table (BUGS in select(2)),
  // while closed ones within the table give EBADF. The size of the table is a
  // multiple of 64, and it never shrinks. Any other error counts as "can be open".
  #reaches(first: number): boolean {
    const word = first / WORD;
    if (this.#bits.length !== word + 1) {
      this.#bits = new BigUint64Array(word + 1);
    }
    for (let attempts = 0;; attempts++) {
      this.#bits[word] = ~0n;
      const { select } = this.#libc.symbols;
      const ready = select(first + WORD, this.#bits, null, null, NO_TIME);
      if (ready === 0) break;
      if (ready > 0 || attempts > 8 || this.#libc.errno() !== EINTR) {
        return true;
      }
    }
    // There is no error if all 64 are open, either.
    const open: number[] = [];
    this.#poll(first, WORD, open);
    return open.length === WORD;
  }

  #poll(first: number, count: number, open: number[]): void {
    for (let i = 0; i < count; i++) {
      this.#polled[2 * i] = first + i;
      this.#polled[2 * i + 1] = 0;
    }
    // It fails if the limit on open files is below `count`. Then all count as open.
    const failed = this.#libc.symbols.poll(this.#polled, BigInt(count), 0) < 0;
    for (let i = 0; i < count; i++) {
      // Two 16-bit fields, little endian: `events` and `revents`.
      const closed = (this.#polled[2 * i + 1]! >> 16) & POLLNVAL;
      if (failed || !closed) open.push(first + i);
    }
  }
}
