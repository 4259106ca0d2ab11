import type { Clock } from "../../internal/clock.ts";

/** Calls back when the shortest of several times is over. Keeps the program alive until then. */
export class GraceTimer {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  /** When it calls back. */
  #at = Infinity;
  #forget: (() => void) | null = null;

  /** Makes one that doesn't run. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Calls back in so many milliseconds, unless it does so earlier. */
  start(ms: number): void {
    const at = this.#clock.now() + ms;
    if (at >= this.#at) return;
    this.stop();
    this.#at = at;
    this.#forget = this.#clock.start(this.#onOver, ms, true);
  }

  /** Forgets it. */
  stop(): void {
    this.#forget?.();
    this.#forget = null;
  }
}
