import { onAbort } from "./abort.ts";
import { unrefTimer } from "./runtime/deno.ts";

/** Time and timers. Tests have a clock of their own, which they turn by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number;
  /**
   * Calls back after some milliseconds.
   *
   * @param keepsAlive Whether the timer keeps the program alive. Default: no.
   * @returns A function that cancels the call.
   */
  start(callback: () => void, ms: number, keepsAlive?: boolean): () => void;
}

/** The longest time of a timer, in milliseconds: 31 bits, which are 24 days. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock and the timers of the system. */
export const systemClock: Clock = {
  now: () => performance.now(),
  start(callback, ms, keepsAlive = false) {
    // Infinity means never.
    if (ms === Infinity) return () => {};
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
    if (!keepsAlive) unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/**
 * Waits.
 *
 * @param signal Ends the wait early.
 * @param keepsAlive Whether the wait keeps the program alive.
 */
export function pause(
  ms: number,
  signal?: AbortSignal,
  keepsAlive = true,
): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      forget?.();
      resolve();
    };
    const stop = systemClock.start(end, ms, keepsAlive);
    const forget = signal && onAbort(signal, end);
  });
}

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
