import { ringViolation } from "../ring_error.ts";
import {
  controlWord,
  MAX_FRAMES,
  RELEASE_WORDS,
  type RingMemory,
} from "../ring_layout.ts";
import { SleepFlag } from "../sleep_flag.ts";

/** Set in the number of a region that isn't to be lent again. */
const DROPPED = 0x8000_0000;

/** That the reader is done with a frame. */
export interface Release {
  /** The number of the region. */
  readonly region: number;
  /** Which lending of the region it was. */
  readonly generation: number;
  /** Whether somebody may still have a view, so that nobody may write to the region. */
  readonly dropped: boolean;
}

/**
 * Where a reader of frames writes its releases. There is room for as many as there
 * can be: one for each frame that it has and hasn't released.
 */
export class ReleaseWriter {
  readonly #memory: RingMemory;
  readonly #awaited: SleepFlag;
  #written = 0;

  /** Writes the first release of a ring. */
  constructor(memory: RingMemory) {
    this.#memory = memory;
    const { RELEASE_AWAITED } = controlWord;
    this.#awaited = new SleepFlag(memory.control, RELEASE_AWAITED);
  }

  /** Writes one; whether the caller has to wake the other side, which waits for it. */
  write({ region, generation, dropped }: Release): boolean {
    const { control, releases } = this.#memory;
    const at = RELEASE_WORDS * (this.#written & (MAX_FRAMES - 1));
    releases[at] = dropped ? region | DROPPED : region;
    releases[at + 1] = generation;
    this.#written = (this.#written + 1) | 0;
    Atomics.store(control, controlWord.RELEASED, this.#written);
    return this.#awaited.take();
  }
}

/** Where the writer of frames reads the releases. */
export class ReleaseReader {
  readonly #memory: RingMemory;
  readonly #awaited: SleepFlag;
  #read = 0;

  /** Reads the first release of a ring. */
  constructor(memory: RingMemory) {
    this.#memory = memory;
    const { RELEASE_AWAITED } = controlWord;
    this.#awaited = new SleepFlag(memory.control, RELEASE_AWAITED);
  }

  /**
   * Takes the next one; null if there is none.
   *
   * @param most How many there can be.
   * @throws {RpcError} If the other side says that there are more.
   */
  take(most: number): Release | null {
    const { control, releases } = this.#memory;
    const written = Atomics.load(control, controlWord.RELEASED);
    const count = (written - this.#read) >>> 0;
    if (count === 0) return null;
    if (count > most) {
      throw ringViolation(
        `The other side has released ${count} frames, and has ${most}`,
        count,
      );
    }
    const at = RELEASE_WORDS * (this.#read & (MAX_FRAMES - 1));
    const region = releases[at]!;
    const generation = releases[at + 1]!;
    this.#read = (this.#read + 1) | 0;
    return {
      region: (region & ~DROPPED) >>> 0,
      generation,
      dropped: (region & DROPPED) !== 0,
    };
  }

  /** Asks to be woken by the next one. Look for releases after this, and before sleeping. */
  sleep(): void {
    this.#awaited.set();
  }

  /** Asks to be woken no more. */
  awake(): void {
    this.#awaited.clear();
  }
}
