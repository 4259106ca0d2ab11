import { TurnTime } from "./turn_time.ts";

/** Something in memory that is looked at without a system call. */
export interface Polled {
  /**
   * Takes what is there, in each turn while it is awake.
   *
   * @returns How many messages it has taken, or 1 for other work; 0 if there was
   * nothing.
   */
  poll(): number;
  /**
   * Asks to be woken by its descriptor from now on.
   *
   * @returns Whether it may sleep; false if there is something already.
   */
  sleep(): boolean;
}

/** After so many turns in which nothing was there it sleeps, even while others are busy. */
const MISSES_TO_SLEEP = 64;

interface Entry {
  readonly polled: Polled;
  /** In how many turns nothing was there. */
  misses: number;
}

/**
 * What is awake, and so is looked at in each turn. A look takes some 20 ns, a
 * system call that wakes the other side takes 500 and more.
 */
export class PollList {
  readonly #turnTime: TurnTime;
  readonly #entries = new Map<Polled, Entry>();

  /** Makes an empty list, with a clock that gives milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#turnTime = new TurnTime(now);
  }

  /** How many are awake. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds one that is awake. */
  add(polled: Polled): void {
    this.#entries.set(polled, { polled, misses: 0 });
  }

  /** Removes one without letting it sleep. */
  delete(polled: Polled): void {
    this.#entries.delete(polled);
  }

  /**
   * Looks at all; how many messages they took. If the time of the turn is over, the
   * next one begins with those that weren't looked at.
   *
   * @param begin When the turn has begun.
   */
  poll(begin: number): number {
    this.#turnTime.begin(begin);
    let messages = 0;
    for (const entry of this.#entries.values()) {
      const count = entry.polled.poll();
      messages += count;
      if (count > 0) entry.misses = 0;
      else if (++entry.misses === MISSES_TO_SLEEP) this.#sleep(entry);
      if (!this.#turnTime.count(count)) continue;
      this.#rotate(entry);
      break;
    }
    return messages;
  }

  /**
   * Looks at all again, some times, until something is there; how many messages
   * were taken.
   */
  pollAgain(looks: number): number {
    for (let left = looks; left > 0; left -= this.#entries.size) {
      for (const { polled } of this.#entries.values()) {
        const count = polled.poll();
        if (count > 0) return count;
      }
      if (this.#entries.size === 0) return 0;
    }
    return 0;
  }

  /** Lets all sleep; whether they do. Those that have something stay awake. */
  sleepAll(): boolean {
    for (const entry of this.#entries.values()) this.#sleep(entry);
    return this.#entries.size === 0;
  }

  #sleep(entry: Entry): void {
    entry.misses = 0;
    if (entry.polled.sleep()) this.#entries.delete(entry.polled);
  }

  /** Moves those up to one behind the others. */
  #rotate(last: Entry): void {
    for (const entry of [...this.#entries.values()]) {
      if (this.#entries.delete(entry.polled)) {
        this.#entries.set(entry.polled, entry);
      }
      if (entry === last) return;
    }
  }
}
