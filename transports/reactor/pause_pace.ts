/** How long turns may follow each other, in milliseconds. */
const MAX_TIME = 0.6;

/**
 * Tells when a pause is due, because turns have followed each other for too long.
 * While turns are scheduled, Deno looks at its own sockets only after some of them; in
 * a pause it looks at once.
 */
export class PausePace {
  readonly #needed: boolean;
  #begin: number | null = null;

  /**
   * Makes one for a loop whose turns take `turnTime` milliseconds at most, where Deno
   * looks at its own sockets after `interval` turns. There are no pauses where it looks
   * often enough without them.
   */
  constructor(interval: number, turnTime: number) {
    this.#needed = interval * turnTime > MAX_TIME;
  }

  /**
   * Whether a pause is due before the turn that begins now. `now` is in
   * milliseconds.
   */
  isDue(now: number): boolean {
    if (!this.#needed) return false;
    this.#begin ??= now;
    return now - this.#begin >= MAX_TIME;
  }

  /** Starts anew, as the event loop has slept or is about to. */
  restart(): void {
    this.#begin = null;
  }
}
