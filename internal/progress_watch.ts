import type { Clock } from "./clock.ts";
import { tick } from "./event_loop.ts";

/** What is under way at a moment. */
export interface Progress {
  /** Which piece of work it is; another one is progress by itself. */
  readonly work: number;
  /** A count that grows with it. */
  readonly done: number;
  /** When it got on last, by the clock; it is then that its period begins. Default: at the look. */
  readonly at?: number;
}

/** What a watch looks at, and what it calls. */
export interface Watched {
  /** How much a period must add to `done`. */
  readonly least: number;
  /** What is under way, or null. */
  probe(): Progress | null;
  /** Called when it doesn't get on; the watch has ended then, and may begin anew. */
  stalled(): void;
}

/** If a timer is late by more than this part of its period, the process stood still. */
const LATE = 1 / 10;

/** But not by fewer ms than this: a busy event loop's timers come some ms late. */
const LEAST_LATE = 50;

/**
 * Watches whether what is under way makes progress. It looks once in a
 * period and costs nothing in between: work that begins and ends between two
 * looks is never timed.
 *
 * A lack of progress may be this process's own doing: it was stopped, suspended
 * or busy. So a look that comes late proves nothing. One in time lets the event
 * loop turn, which brings what has arrived meanwhile, and looks again.
 */
export class ProgressWatch {
  readonly #clock: Clock;
  readonly #period: number;
  readonly #watched: Watched;
  readonly #tick: () => Promise<void>;
  #stop: (() => void) | null = null;
  #due = 0;
  /** What the last look saw. */
  #seen: Progress | null = null;
  #second: Promise<void> | null = null;
  #ended = false;

  /**
   * Makes a watch.
   *
   * @param period Milliseconds; 0 turns it off.
   * @param turn Waits for a turn of the event loop.
   */
  constructor(
    clock: Clock,
    period: number,
    watched: Watched,
    turn: () => Promise<void> = tick,
  ) {
    this.#clock = clock;
    this.#period = period;
    this.#watched = watched;
    this.#tick = turn;
  }

  /** To be called whenever something may have begun; cheap. */
  begin(): void {
    if (this.#stop !== null || this.#second !== null) return;
    if (this.#period === 0 || this.#ended) return;
    this.#goOn();
  }

  /** Begins anew, with a whole period, whatever was under way. */
  restart(): void {
    this.#stop?.();
    this.#stop = null;
    this.begin();
  }

  /** Ends the watch; resolves when no look is under way. */
  stop(): Promise<void> {
    this.#ended = true;
    this.#stop?.();
    this.#stop = null;
    return this.idle();
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await this.#second;
  }

  #start(since: number): void {
    this.#due = since + this.#period;
    const left = Math.max(0, this.#due - this.#clock.now());
    this.#stop = this.#clock.start(() => this.#look(), left);
  }

  #look(): void {
    this.#stop = null;
    const tolerated = Math.max(this.#period * LATE, LEAST_LATE);
    const now = this.#clock.now();
    const before = this.#seen;
    if (now - this.#due > tolerated) this.#goOn(now);
    else if (!this.#isStuck(before)) this.#goOn();
    else this.#second = this.#lookAgain(before);
  }

  async #lookAgain(before: Progress | null): Promise<void> {
    await this.#tick();
    this.#second = null;
    if (this.#ended) return;
    if (this.#isStuck(before)) this.#watched.stalled();
    else this.#goOn();
  }

  /** Looks, and again after a period; it begins when there was progress, or at a given time. */
  #goOn(since?: number): void {
    const seen = this.#seen = this.#watched.probe();
    if (seen === null) return;
    this.#start(since ?? seen.at ?? this.#clock.now());
  }

  #isStuck(before: Progress | null): boolean {
    const now = this.#watched.probe();
    return before !== null && now !== null && now.work === before.work &&
      now.done - before.done < this.#watched.least;
  }
}
