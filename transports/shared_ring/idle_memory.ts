import type { Clock } from "../../internal/clock.ts";

/** How long a connection is idle before it gives memory back, in milliseconds. */
const IDLE_TIME = 1000;

/** So many bytes may have gone through since it did that last. */
const LITTLE = 32 * 1024;

/**
 * Notices that a connection which was busy is idle, so that its memory can be given
 * back. A connection with little traffic has no timer.
 */
export class IdleMemory {
  readonly #clock: Clock;
  readonly #giveBack: () => boolean;
  #stop: (() => void) | null = null;
  /** The bytes that have gone through by now, and by when memory was given back. */
  #bytes = 0;
  #given = 0;

  /**
   * Calls `giveBack` when the connection is idle. If that returns false, the memory is
   * still in use: it is called again after the connection was awake once more.
   */
  constructor(clock: Clock, giveBack: () => boolean) {
    this.#clock = clock;
    this.#giveBack = giveBack;
  }

  /** The connection begins to sleep; so many bytes have gone through. */
  begin(bytes: number): void {
    this.#bytes = bytes;
    if (this.#stop === null && bytes - this.#given > LITTLE) this.#wait(bytes);
  }

  /** Ends it for good. */
  end(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #wait(before: number): void {
    this.#stop = this.#clock.start(() => {
      this.#stop = null;
      // Something went through meanwhile.
      if (this.#bytes !== before) return this.#wait(this.#bytes);
      if (this.#giveBack()) this.#given = before;
    }, IDLE_TIME);
  }
}
