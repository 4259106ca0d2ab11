/** How long turns may follow each other, in milliseconds. */
const MAX_TIME = 1;

/**
 * Tells when turns have followed each other for so long that the event loop has to
 * sleep for a moment: while turns are scheduled, Deno looks at its own sockets only
 * every 61 turns.
 */
export class PausePace {
  #begin: number | null = null;

  /** A turn begins; whether there is to be a pause first. `now` is in milliseconds. */
  isDue(now: number): boolean {
    this.#begin ??= now;
    return now - this.#begin >= MAX_TIME;
  }

  /** The event loop has slept, or is about to. */
  restart(): void {
    this.#begin = null;
  }
}
