import { type Address, addressOf } from "./message_vector.ts";

/** One chunk of an arena. */
export interface ArenaChunk {
  /** The memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly view: DataView<ArrayBuffer>;
  /** Where it lies. */
  readonly address: Address;
  /** How much of it is taken, in bytes. */
  used: number;
  /** How many datagrams are in it. */
  live: number;
}

const CHUNK_LEN = 64 * 1024;

function arenaChunk(length: number): ArenaChunk {
  const bytes = new Uint8Array(length);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    address: addressOf(bytes),
    used: 0,
    live: 0,
  };
}

/** Gives `length` bytes after `used` to a datagram. */
export function occupy(chunk: ArenaChunk, length: number): void {
  // The next one begins at a multiple of 8.
  chunk.used = (chunk.used + length + 7) & ~7;
  chunk.live++;
}

/**
 * Memory for datagrams that the kernel takes, most of them in the same turn. All
 * sockets share one arena: what can't be sent at once is moved to other memory.
 */
export class SendArena {
  readonly #chunkLen: number;
  #chunk: ArenaChunk;

  /** Makes an arena that grows by chunks of `chunkLen` bytes. */
  constructor(chunkLen: number = CHUNK_LEN) {
    this.#chunkLen = chunkLen;
    this.#chunk = arenaChunk(chunkLen);
  }

  /** A chunk with room for `length` bytes after `used`. */
  reserve(length: number): ArenaChunk {
    if (length > this.#chunkLen) return arenaChunk(length);
    const chunk = this.#chunk;
    if (chunk.live === 0) chunk.used = 0;
    if (chunk.bytes.length - chunk.used >= length) return chunk;
    return this.#chunk = arenaChunk(this.#chunkLen);
  }
}
