import type { RpcError } from "../../protocol/error.ts";
import { ringViolation } from "./ring_error.ts";
import { controlWord, RECORD_ALIGN, type RingMemory } from "./ring_layout.ts";
import { SleepFlag } from "./sleep_flag.ts";

/**
 * The writing side of a ring: where the next bytes go, and what of them the other
 * side may see. What it knows itself is never read from the shared memory.
 *
 * Lengths are multiples of RECORD_ALIGN. Indices are integers of 32 bits that wrap.
 */
export class RingWriter {
  /** The memory. */
  readonly memory: RingMemory;
  readonly #mask: number;
  readonly #readerSleeps: SleepFlag;
  readonly #writerSleeps: SleepFlag;
  /** What is written, and what of it is published. */
  #end = 0;
  #tail = 0;
  /** What the reader is done with, as far as is known here. */
  #head = 0;
  /** Set once the reader's index can't be right. */
  #violation: RpcError | null = null;

  /** Writes into an unused ring. */
  constructor(memory: RingMemory) {
    this.memory = memory;
    this.#mask = memory.size - 1;
    const { READER_SLEEPS, WRITER_SLEEPS } = controlWord;
    this.#readerSleeps = new SleepFlag(memory.control, READER_SLEEPS);
    this.#writerSleeps = new SleepFlag(memory.control, WRITER_SLEEPS);
  }

  /** Where in the ring the next byte goes. */
  get position(): number {
    return this.#end & this.#mask;
  }

  /** How many bytes have ever been written; wraps. */
  get end(): number {
    return this.#end;
  }

  /**
   * How many bytes fit. The reader's index is only looked at where less than
   * `wanted` is known to fit, since it lies in another processor's cache. If it
   * can't be right, nothing more fits: see `check`.
   */
  room(wanted: number): number {
    const { size } = this.memory;
    const room = size - ((this.#end - this.#head) | 0);
    if (room >= wanted) return room;
    this.#look();
    return size - ((this.#end - this.#head) | 0);
  }

  /** Whether the reader is done with everything. */
  isEmpty(): boolean {
    if (this.#head !== this.#end) this.#look();
    return this.#head === this.#end;
  }

  /** Whether the reader is done with what was written when `end` had a value. */
  isReadUntil(end: number): boolean {
    if (((this.#head - end) | 0) >= 0) return true;
    this.#look();
    return ((this.#head - end) | 0) >= 0;
  }

  /**
   * Throws if the reader's index couldn't be right when it was looked at.
   *
   * @throws {RpcError} That says so.
   */
  check(): void {
    if (this.#violation !== null) throw this.#violation;
  }

  /** Counts bytes that were written at `position`; there has to be room for them. */
  add(length: number): void {
    this.#end = (this.#end + length) | 0;
  }

  /**
   * Publishes what is written; whether the caller has to wake the reader.
   */
  publish(): boolean {
    if (this.#tail === this.#end) return false;
    this.#tail = this.#end;
    Atomics.store(this.memory.control, controlWord.TAIL, this.#tail);
    return this.#readerSleeps.take();
  }

  /** Says that nothing more will come; whether the caller has to wake the reader. */
  finish(): boolean {
    Atomics.store(this.memory.control, controlWord.ENDED, 1);
    return this.#readerSleeps.take();
  }

  /**
   * Asks to be woken when the reader has read on; whether there is still no room for
   * `wanted` bytes, so that this side may sleep.
   *
   * @throws {RpcError} If the reader's index can't be right.
   */
  sleep(wanted: number): boolean {
    this.#writerSleeps.set();
    const isFull = this.room(wanted) < wanted;
    this.check();
    return isFull;
  }

  /**
   * Asks to be woken when the reader has read on, if it isn't done with everything;
   * whether it isn't.
   *
   * @throws {RpcError} If the reader's index can't be right.
   */
  sleepUntilEmpty(): boolean {
    this.#writerSleeps.set();
    const isEmpty = this.isEmpty();
    if (isEmpty) this.#writerSleeps.clear();
    this.check();
    return !isEmpty;
  }

  /** Ends a sleep. */
  awake(): void {
    this.#writerSleeps.clear();
  }

  #look(): void {
    const head = Atomics.load(this.memory.control, controlWord.HEAD);
    const isValid = ((head - this.#head) | 0) >= 0 &&
      ((this.#tail - head) | 0) >= 0 && head % RECORD_ALIGN === 0;
    if (!isValid) {
      this.#violation = ringViolation(
        `The other side says that it has read up to ${
          head >>> 0
        }, which can't be: it was at ${this.#head >>> 0}, and ${
          this.#tail >>> 0
        } are written`,
        head >>> 0,
      );
      return;
    }
    this.#head = head;
  }
}
