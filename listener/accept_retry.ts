import { pause } from "../internal/clock.ts";
import { isLinux } from "../internal/runtime/deno.ts";

/** How many accepts in a row may fail before a pause. */
const AT_ONCE = 64;

/** The pause, in milliseconds. */
const PAUSE = 5;

/**
 * Decides how soon accepting is tried again after a connection has failed, for
 * instance because it was reset in the backlog. It is tried again at once, as a
 * good connection may be next. But a listening socket that always fails must not
 * take a whole CPU, so there is a pause of 5 ms after each 64 failures in a row. A
 * full backlog of 4096 resets then delays others by 320 ms.
 */
export class AcceptRetry {
  #row = 0;
  #nextWarning = AT_ONCE;
  readonly #signal: AbortSignal;
  readonly #warn: (error: Error) => void;

  /**
   * Makes the state for one listener.
   *
   * @param signal Ends a pause early.
   * @param warn Called after 64 failures in a row, and then each time their number
   * has doubled.
   */
  constructor(signal: AbortSignal, warn: (error: Error) => void) {
    this.#signal = signal;
    this.#warn = warn;
  }

  /** Notes that a connection was accepted. */
  succeeded(): void {
    this.#row = 0;
    this.#nextWarning = AT_ONCE;
  }

  /** Notes that an accept has failed, and pauses after too many in a row. */
  async failed(cause: unknown): Promise<void> {
    if (++this.#row % AT_ONCE !== 0) return;
    if (this.#row === this.#nextWarning) {
      this.#nextWarning *= 2;
      const text =
        `${this.#row} connections in a row could not be accepted; accepting goes on`;
      this.#warn(new Error(text, { cause }));
    }
    await pause(PAUSE, this.#signal);
  }
}

/** The waits of `Backoff`, in milliseconds. */
const FIRST_WAIT = 5;
const LONGEST_WAIT = 1000;

/** A wait that doubles after each failure, from 5 ms to 1 s. */
export class Backoff {
  #next = FIRST_WAIT;

  /**
   * Waits after a failure.
   *
   * @param signal Ends the wait early.
   * @param keepsAlive Whether the wait keeps the program alive, as an accept does.
   */
  wait(signal: AbortSignal, keepsAlive: boolean): Promise<void> {
    const ms = this.#next;
    this.#next = Math.min(ms * 2, LONGEST_WAIT);
    return pause(ms, signal, keepsAlive);
  }
}

/**
 * Errors of a process or system that has run out of something: every accept fails
 * for a while.
 */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

/**
 * The same by number, for errors without a `code`: Deno sets none for ENFILE, and
 * errors of seqpacket sockets have none. ENOBUFS is 105 on Linux and 55 on macOS;
 * the other numbers are the same.
 */
const EXHAUSTED_TEXT = isLinux
  ? /\(os error (?:12|23|24|105)\)/
  : /\(os error (?:12|23|24|55)\)/;

/**
 * Whether an accept failed because descriptors or memory have run out. Then the
 * connection is still in the backlog, and another accept would fail too. All other
 * errors concern one connection, for instance one that was reset before it was
 * accepted.
 */
export function isExhaustion(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (code !== undefined) return EXHAUSTED.has(String(code));
  return EXHAUSTED_TEXT.test(error.message);
}
