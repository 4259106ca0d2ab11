import { pause } from "../../internal/clock.ts";

/** How a replay keeps the times of a capture. */
export class Pace {
  readonly #speed: number;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When the capture began, and when this did. */
  #begin: { readonly then: number; readonly now: number } | null = null;

  /**
   * Begins with the first time that is waited for.
   *
   * @param speed 2 is twice as fast; Infinity waits for nothing.
   */
  constructor(
    speed: number,
    signal: AbortSignal,
    now: () => number = () => performance.now(),
    wait: typeof pause = pause,
  ) {
    this.#speed = speed;
    this.#signal = signal;
    this.#now = now;
    this.#wait = wait;
  }

  /**
   * Waits until it is time for what was captured at `time`. What is late isn't waited
   * for.
   *
   * @throws The reason of the signal.
   */
  async until(time: number): Promise<void> {
    this.#begin ??= { then: time, now: this.#now() };
    const { then, now } = this.#begin;
    const due = now + (time - then) / this.#speed;
    const left = due - this.#now();
    if (left > 0) await this.#wait(left, this.#signal);
    this.#signal.throwIfAborted();
  }
}
