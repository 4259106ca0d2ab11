/** How long one turn may take, in milliseconds. */
const MAX_TURN_TIME = 0.1;
/** After how many messages the clock is asked. */
const MESSAGES_PER_LOOK = 32;

/** Bounds the time of a turn, by a look at the clock every so many messages. */
export class TurnTime {
  readonly #now: () => number;
  #deadline = 0;
  #messages = 0;
  #spent = false;

  /** Measures by a clock that gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the turn has to end, by the last look at the clock. */
  get spent(): boolean {
    return this.#spent;
  }

  /** A turn has begun. */
  begin(at: number): void {
    this.#deadline = at + MAX_TURN_TIME;
    this.#messages = 0;
    this.#spent = false;
  }

  /** Counts messages; whether the turn has to end. */
  count(messages: number): boolean {
    this.#messages += messages;
    if (this.#messages < MESSAGES_PER_LOOK) return false;
    this.#messages = 0;
    this.#spent = this.#now() >= this.#deadline;
    return this.#spent;
  }
}
