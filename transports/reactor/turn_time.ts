/** How long one turn may take, in milliseconds. */
const MAX_TURN_TIME = 0.1;
/** After how many messages the clock is read. */
const MESSAGES_PER_LOOK = 32;

/** Bounds the time of a turn. It reads the clock once for some number of messages. */
export class TurnTime {
  readonly #now: () => number;
  #deadline = 0;
  #messages = 0;
  #spent = false;

  /** Measures by a clock that gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the turn has to end, by the last reading of the clock. */
  get spent(): boolean {
    return this.#spent;
  }

  /** Begins a turn. */
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
