import type { Clock } from "./clock.ts";
import { tick } from "./event_loop.ts";

/** What is under way at a moment. */
export interface Progress {
  /** Which piece of work it is. A change of it counts as progress. */
  readonly work: number;
  /** How much of it is done. */
  readonly done: number;
  /** When it got on last, by the clock; it is then that its period begins. Default: at the look. */
  readonly at?: number;
}

/** What is watched. */
export interface Watched {
  /** By how much `done` must grow in a period. */
  readonly least: number;
  /** What is under way, or null. */
  probe(): Progress | null;
  /**
   * Called when there was no progress. The watch has ended then, and may begin
   * again.
   */
  stalled(): void;
}

/** If a timer is late by more than this part of its period, the process stood still. */
const LATE = 1 / 10;

/**
 * A timer is late by at least this many ms: those of a busy event loop come some ms
 * late.
 */
const LEAST_LATE = 50;

/**
 * Watches whether what is under way makes progress. It looks once in a period, and
 * costs nothing in between: work that begins and ends between two looks is never
 * timed.
 *
 * A lack of progress may have its cause in this process, which may have been
 * stopped, suspended or busy. So a late look proves nothing. A look in time lets
 * the event loop turn, so that data which has arrived is read, and looks again.
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

  /**
   * Starts watching, if anything is under way. Call it whenever work may have
   * begun; it is cheap.
   */
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
