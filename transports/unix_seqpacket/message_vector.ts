/** How many messages one call sends or receives. */
export const VECTOR_LENGTH = 64;

// struct mmsghdr { struct msghdr { void *name; u32 namelen; iovec *iov; u64 iovlen;
// void *control; u64 controllen; i32 flags }; u32 len }, on 64-bit Linux 64 bytes;
// struct iovec { void *base; u64 len }, 16 bytes. As indices of 32-bit words:
const HEADER_WORDS = 16;
const IOV = 4;
const IOV_LEN = 6;
const CONTROL = 8;
const CONTROL_LEN = 10;
const FLAGS = 12;
const LEN = 14;
const IOVEC_WORDS = 4;
/**
 * Two for each message: one for its head, one for a body that isn't behind the
 * head.
 */
const IOVECS = 2;

/** The address of memory, in two halves. */
export interface Address {
  /** The lower 32 bits. */
  readonly low: number;
  /** The upper 32 bits. */
  readonly high: number;
}

/** Where bytes lie. They stay there as long as their buffer is held. */
export function addressOf(bytes: Uint8Array | Uint32Array): Address {
  const pointer = Deno.UnsafePointer.of(bytes as Uint8Array<ArrayBuffer>);
  const value = Deno.UnsafePointer.value(pointer);
  return {
    low: Number(value & 0xffff_ffffn),
    high: Number(value >> 32n),
  };
}

/**
 * An array of C's `mmsghdr` with the `iovec`s that it points to, for `sendmmsg`
 * and `recvmmsg`.
 */
export class MessageVector {
  /** As the C library takes it. */
  readonly buffer: Uint32Array<ArrayBuffer> = new Uint32Array(
    HEADER_WORDS * VECTOR_LENGTH,
  );
  readonly #iovecs = new Uint32Array(IOVEC_WORDS * IOVECS * VECTOR_LENGTH);

  constructor() {
    const { low, high } = addressOf(this.#iovecs);
    for (let i = 0; i < VECTOR_LENGTH; i++) {
      const at = HEADER_WORDS * i;
      // The sum carries over if the array crosses a 4 GiB boundary.
      const start = low + 4 * IOVEC_WORDS * IOVECS * i;
      this.buffer[at + IOV] = start;
      this.buffer[at + IOV + 1] = high + Math.floor(start / 2 ** 32);
      this.buffer[at + IOV_LEN] = 1;
    }
  }

  /** Sets where a message is; `offset` and `length` are in bytes. */
  setData(index: number, at: Address, offset: number, length: number): void {
    this.buffer[HEADER_WORDS * index + IOV_LEN] = 1;
    this.#setIovec(IOVECS * index, at, offset, length);
  }

  /** Sets where the body of a message is, if it isn't behind the head. */
  setBody(index: number, at: Address, length: number): void {
    this.buffer[HEADER_WORDS * index + IOV_LEN] = 2;
    this.#setIovec(IOVECS * index + 1, at, 0, length);
  }

  /** Sets where control messages are or will be written; a length of 0 means none. */
  setControl(index: number, at: Address, offset: number, length: number): void {
    const word = HEADER_WORDS * index + CONTROL;
    const start = at.low + offset;
    this.buffer[word] = length === 0 ? 0 : start;
    this.buffer[word + 1] = length === 0
      ? 0
      : at.high + Math.floor(start / 2 ** 32);
    this.setControlLength(index, length);
  }

  /** Sets the length of the control messages, or of the space for them. */
  setControlLength(index: number, length: number): void {
    this.buffer[HEADER_WORDS * index + CONTROL_LEN] = length;
  }

  /** The length of the received control messages. */
  controlLength(index: number): number {
    return this.buffer[HEADER_WORDS * index + CONTROL_LEN]!;
  }

  /** The flags of a received message. */
  flags(index: number): number {
    return this.buffer[HEADER_WORDS * index + FLAGS]!;
  }

  /** The length of a received or sent message. */
  length(index: number): number {
    return this.buffer[HEADER_WORDS * index + LEN]!;
  }

  #setIovec(iovec: number, at: Address, offset: number, length: number): void {
    const word = IOVEC_WORDS * iovec;
    const start = at.low + offset;
    this.#iovecs[word] = start;
    this.#iovecs[word + 1] = at.high + Math.floor(start / 2 ** 32);
    this.#iovecs[word + 2] = length;
  }
}
