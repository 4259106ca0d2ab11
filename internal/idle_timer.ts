import type { Clock } from "./clock.ts";

/**
 * Calls back whenever nothing has been done for a time. It looks once in that time,
 * so that what is done costs no more than reading the clock.
 */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  /** After how much time it calls back, in milliseconds; null while it is stopped. */
  #every: number | null = null;
  /** When something was done last. */
  #doneAt = 0;
  #stop: (() => void) | null = null;

  /** Makes a timer that doesn't run. */
  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Begins, or begins anew with another time. */
  begin(every: number): void {
    this.stop();
    this.#every = every;
    this.#doneAt = this.#clock.now();
    this.#wait(every);
  }

  /** Something is done. */
  touch(): void {
    if (this.#every !== null) this.#doneAt = this.#clock.now();
  }

  /** Calls back no more. */
  stop(): void {
    this.#every = null;
    this.#stop?.();
    this.#stop = null;
  }

  #wait(every: number): void {
    const left = this.#doneAt + every - this.#clock.now();
    this.#stop = this.#clock.start(() => this.#look(every), Math.max(0, left));
  }

  #look(every: number): void {
    const now = this.#clock.now();
    if (now - this.#doneAt >= every) {
      this.#doneAt = now;
      this.#onIdle();
    }
    if (this.#every !== null) this.#wait(every);
  }
}
