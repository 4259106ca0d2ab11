import {
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_TRUNC,
} from "../libc/constants.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import { CONTROL_WORDS, decodeRights } from "./control.ts";
import { addressOf, MessageVector, VECTOR_LENGTH } from "./message_vector.ts";

/**
 * The most address space. Pages take memory when something is first received into
 * them, and keep it until the last socket is closed.
 */
const MAX_LEN = 4 * 1024 * 1024;

const CONTROL_LEN = 4 * CONTROL_WORDS;

/**
 * Memory into which datagrams up to a length are received, for all sockets in turn.
 * Its content is valid until the next call.
 */
export class ReceiveSpace {
  /** The datagrams, one at each multiple of `stride`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly view: DataView<ArrayBuffer>;
  /** The same memory. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** The distance from one datagram to the next, in bytes. */
  readonly stride: number;
  /** How many one call receives at most. */
  readonly capacity: number;
  readonly #vector = new MessageVector();
  readonly #control: Uint32Array<ArrayBuffer>;

  /** Makes room for datagrams of `length` bytes. */
  constructor(length: number) {
    this.stride = (length + 7) & ~7;
    const count = Math.floor(MAX_LEN / this.stride);
    this.capacity = Math.max(1, Math.min(count, VECTOR_LENGTH));
    this.bytes = new Uint8Array(this.stride * this.capacity);
    this.view = new DataView(this.bytes.buffer);
    this.words = new Uint32Array(this.bytes.buffer);
    this.#control = new Uint32Array(CONTROL_WORDS * this.capacity);
    const data = addressOf(this.bytes);
    const control = addressOf(this.#control);
    for (let i = 0; i < this.capacity; i++) {
      this.#vector.setData(i, data, this.stride * i, length);
      this.#vector.setControl(i, control, CONTROL_LEN * i, CONTROL_LEN);
    }
  }

  /** Receives at most `max` datagrams, no more than `capacity`; how many came, or -1. */
  receive(symbols: LibcSymbols, fd: number, max: number): number {
    return symbols.recvmmsg(
      fd,
      this.#vector.buffer,
      max,
      // With MSG_TRUNC, the length is that of the whole datagram even if it is cut
      // off.
      MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_TRUNC,
      null,
    );
  }

  /** The length of a datagram, cut off or not. */
  length(index: number): number {
    return this.#vector.length(index);
  }

  /** The flags of a datagram. */
  flags(index: number): number {
    return this.#vector.flags(index);
  }

  /** Whether control messages came with a datagram. */
  hasFds(index: number): boolean {
    return this.#vector.controlLength(index) > 0;
  }

  /** Takes the descriptors that came with a datagram; to be called once for each. */
  takeFds(index: number): number[] {
    const length = this.#vector.controlLength(index);
    this.#vector.setControlLength(index, CONTROL_LEN);
    if (length === 0) return NONE;
    return decodeRights(this.#control, CONTROL_WORDS * index, length);
  }
}

const NONE: number[] = [];
