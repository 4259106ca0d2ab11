/** How long turns may follow each other, in milliseconds. */
const MAX_TIME = 0.6;

/**
 * Tells when a pause is due, because turns have followed each other for too long.
 * While turns are scheduled, Deno looks at its own sockets only every 61 turns; in
 * a pause it looks at once.
 */
export class PausePace {
  #begin: number | null = null;

  /**
   * Whether a pause is due before the turn that begins now. `now` is in
   * milliseconds.
   */
  isDue(now: number): boolean {
    this.#begin ??= now;
    return now - this.#begin >= MAX_TIME;
  }

  /** Starts anew, as the event loop has slept or is about to. */
  restart(): void {
    this.#begin = null;
  }
}
