import type { Clock } from "../../internal/clock.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";

/** After so much silence a handshake gives way, where others wait; in milliseconds. */
export const SILENCE = 1000;

/** A handshake that may give way. */
export interface WatchedHandshake {
  /** How often something has come. */
  readonly reads: number;
  /** Ends it. */
  giveWay(): void;
}

/**
 * Ends handshakes of which nothing comes, while there is no place for others. Else a few
 * clients that say nothing would keep all others out, each for `handshakeTimeout`.
 *
 * It looks once in a period, so a handshake is silent for one to two of them.
 */
export class SilentHandshakes {
  /** All handshakes, with what had come at the last look; -1 before the first one. */
  readonly #seen = new Map<WatchedHandshake, number>();
  readonly #watch: ProgressWatch;

  /**
   * Watches none yet.
   *
   * @param isFull Whether there is no place for others.
   */
  constructor(clock: Clock, isFull: () => boolean) {
    this.#watch = new ProgressWatch(clock, SILENCE, {
      least: 1,
      // Each period in which it is full ends with a look.
      probe: () => isFull() ? { work: 0, done: 0 } : null,
      stalled: () => this.#look(),
    });
  }

  /** A handshake begins. */
  add(handshake: WatchedHandshake): void {
    this.#seen.set(handshake, -1);
  }

  /** A handshake is over. */
  delete(handshake: WatchedHandshake): void {
    this.#seen.delete(handshake);
  }

  /** Looks at them, if there is no place by now. */
  watch(): void {
    this.#watch.begin();
  }

  /** Ends the watch; resolves when no look is under way. */
  stop(): Promise<void> {
    return this.#watch.stop();
  }

  #look(): void {
    for (const [handshake, seen] of this.#seen) {
      if (handshake.reads === seen) handshake.giveWay();
      else this.#seen.set(handshake, handshake.reads);
    }
    this.#watch.begin();
  }
}
