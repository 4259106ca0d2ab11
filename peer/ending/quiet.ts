import type { Clock } from "../../internal/clock.ts";
import { tick } from "../../internal/event_loop.ts";

/** What is waited for. */
export interface Reading {
  /** How many batches have been read. */
  readonly reads: number;
  /** Whether nothing more will come, or nobody waits for it any more. */
  readonly over: boolean;
}

/** So long reading may go on to bring something, in milliseconds. */
const LONGEST = 1000;

/**
 * Waits until reading is over, or brings nothing for some turns of the event
 * loop; but not longer than a second.
 */
export class Quiet {
  readonly #clock: Clock;
  readonly #reading: () => Reading;
  readonly #waits: Promise<void>[] = [];

  /** Makes one for a connection. */
  constructor(clock: Clock, reading: () => Reading) {
    this.#clock = clock;
    this.#reading = reading;
  }

  /** Waits. */
  wait(turns: number): Promise<void> {
    const wait = this.#wait(turns);
    this.#waits.push(wait);
    return wait;
  }

  /** Resolves when no wait is under way, which would leave a timer behind. */
  async ended(): Promise<void> {
    await Promise.all(this.#waits);
  }

  async #wait(turns: number): Promise<void> {
    let late = false;
    const stop = this.#clock.start(() => late = true, LONGEST);
    for (let reads = -1; !late;) {
      const now = this.#reading();
      if (now.over || now.reads === reads) break;
      reads = now.reads;
      for (let i = 0; i < turns && !this.#reading().over; i++) await tick();
    }
    stop();
  }
}
