import type { Clock } from "../../internal/clock.ts";

/** What is under way at a moment. */
export interface Progress {
  /** Which piece of work it is; another one is progress by itself. */
  readonly work: number;
  /** A count that grows with it. */
  readonly done: number;
}

/**
 * Sees that something which is under way makes progress. It looks once in a
 * period and costs nothing in between: work that begins and ends between two
 * looks is never timed.
 */
export class StallWatch {
  readonly #clock: Clock;
  readonly #period: number;
  readonly #least: number;
  readonly #probe: () => Progress | null;
  readonly #stalled: () => void;
  #stop: (() => void) | null = null;
  /** What the last look saw. */
  #seen: Progress | null = null;

  /**
   * Makes a watch.
   *
   * @param period Milliseconds; 0 turns it off.
   * @param least How much a period must add to `done`.
   * @param probe What is under way, or null.
   * @param stalled Called when it doesn't get on.
   */
  constructor(
    clock: Clock,
    period: number,
    least: number,
    probe: () => Progress | null,
    stalled: () => void,
  ) {
    this.#clock = clock;
    this.#period = period;
    this.#least = least;
    this.#probe = probe;
    this.#stalled = stalled;
  }

  /** To be called when something begins; cheap. */
  begin(): void {
    if (this.#stop !== null || this.#period === 0) return;
    this.#seen = this.#probe();
    this.#start();
  }

  /** Ends the watch. */
  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #start(): void {
    this.#stop = this.#clock.start(() => this.#look(), this.#period);
  }

  #look(): void {
    this.#stop = null;
    const before = this.#seen;
    const now = this.#seen = this.#probe();
    if (now === null) return;
    const stuck = before !== null && now.work === before.work &&
      now.done - before.done < this.#least;
    if (stuck) this.#stalled();
    else this.#start();
  }
}
