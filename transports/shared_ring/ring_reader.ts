import { ringViolation } from "./ring_error.ts";
import { controlWord, RECORD_ALIGN, type RingMemory } from "./ring_layout.ts";
import { SleepFlag } from "./sleep_flag.ts";

/**
 * The reading side of a ring: what may be read, and what of it the other side may
 * write over. What it knows itself is never read from the shared memory.
 *
 * Lengths are multiples of RECORD_ALIGN. Indices are integers of 32 bits that wrap.
 */
export class RingReader {
  /** The memory. */
  readonly memory: RingMemory;
  readonly #mask: number;
  readonly #readerSleeps: SleepFlag;
  readonly #writerSleeps: SleepFlag;
  /** What is read, and what of it the writer knows. */
  #head = 0;
  #told = 0;
  /** What the writer has published, as far as is known here. */
  #tail = 0;

  /** Reads an unused ring. */
  constructor(memory: RingMemory) {
    this.memory = memory;
    this.#mask = memory.size - 1;
    const { READER_SLEEPS, WRITER_SLEEPS } = controlWord;
    this.#readerSleeps = new SleepFlag(memory.control, READER_SLEEPS);
    this.#writerSleeps = new SleepFlag(memory.control, WRITER_SLEEPS);
  }

  /** Where in the ring the next byte is. */
  get position(): number {
    return this.#head & this.#mask;
  }

  /**
   * Looks how many bytes can be read.
   *
   * @throws {RpcError} If the writer's index can't be right.
   */
  available(): number {
    const tail = Atomics.load(this.memory.control, controlWord.TAIL);
    const isValid = ((tail - this.#tail) | 0) >= 0 &&
      ((tail - this.#head) >>> 0) <= this.memory.size &&
      tail % RECORD_ALIGN === 0;
    if (!isValid) {
      throw ringViolation(
        `The other side says that it has written up to ${
          tail >>> 0
        }, which can't be: it was at ${this.#tail >>> 0}, and ${
          this.#head >>> 0
        } of it are read, of a ring of ${this.memory.size}`,
        tail >>> 0,
      );
    }
    this.#tail = tail;
    return (tail - this.#head) | 0;
  }

  /** Whether the writer has said that nothing more will come. */
  get finished(): boolean {
    return Atomics.load(this.memory.control, controlWord.ENDED) !== 0;
  }

  /** Counts bytes as read; so many have to be available. */
  take(length: number): void {
    this.#head = (this.#head + length) | 0;
  }

  /** Lets the writer have what is read; whether the caller has to wake it. */
  release(): boolean {
    if (this.#told === this.#head) return false;
    this.#told = this.#head;
    Atomics.store(this.memory.control, controlWord.HEAD, this.#head);
    return this.#writerSleeps.take();
  }

  /**
   * Asks to be woken when something comes; whether there is still nothing, and no
   * end, so that this side may sleep.
   *
   * @throws {RpcError} If the writer's index can't be right.
   */
  sleep(): boolean {
    this.#readerSleeps.set();
    return this.available() === 0 && !this.finished;
  }

  /** Ends a sleep. */
  awake(): void {
    this.#readerSleeps.clear();
  }
}
