import { runSoon } from "./runtime/deno.ts";
import { type Clock, systemClock } from "./clock.ts";

/** Waits for one turn of the event loop, so that finished I/O is seen. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets timers and finished I/O run, if there are any. Quicker than `tick`. */
export function immediate(): Promise<void> {
  return new Promise((resolve) => runSoon(resolve));
}

/** What one turn of the event loop may do. */
export interface TurnLimits {
  /**
   * Messages before the next turn is scheduled. Scheduling costs a microsecond, and
   * an empty turn some more: when it was done after each 32 messages, the rate with
   * 256 calls in flight was 6 % lower, although they wait for turns anyway.
   */
  readonly free: number;
  /** Messages, including the free ones. */
  readonly messages: number;
  /** Milliseconds, not counting the time of the free messages. */
  readonly time: number;
  /**
   * The last messages of a batch are handed on without asking, if it isn't more than
   * this. A cut divides 256 calls in flight into two groups, which stay apart: with
   * 32 here, the writes were a third as long, and a call took 1.2 to 1.3 times the
   * CPU.
   */
  readonly rest: number;
}

/** With these, a turn takes 0.5 to 0.8 ms, free messages included. */
const LIMITS: TurnLimits = { free: 512, messages: 1024, time: 0.3, rest: 256 };

/**
 * After this many turns that were waited for, the program sleeps until a socket is
 * ready, for a millisecond at most. While turns follow each other without a pause,
 * Deno looks at its sockets only every 61 turns. That takes 50 ms, and again for
 * each piece of a large body.
 */
const SLEEP_EVERY = 16;

/** After the free messages, the clock is read once for this many. */
const ASK_EVERY = 32;

/**
 * What a read counts in addition to its messages. It takes time even if it
 * completes none.
 */
const READ_COST = 4;

/**
 * Bounds what the connections of this thread do between two turns of the event
 * loop, so that timers and other connections get their turn. While a socket has
 * more to read, reads resolve without a turn of the event loop. Most reads wait for
 * a turn anyway; then the budget delays nothing.
 */
export class TurnBudget {
  readonly #clock: Clock;
  readonly #turn: () => Promise<void>;
  readonly #sleep: () => Promise<void>;
  readonly #limits: TurnLimits;
  /** Resolves in the next turn; null if none is scheduled. */
  #next: Promise<void> | null = null;
  #spent = false;
  #spentTurns = 0;
  #start = 0;
  /** Messages since the next turn was scheduled, and since the clock was read. */
  #messages = 0;
  #unasked = 0;

  /**
   * Makes a full budget.
   *
   * @param turn Waits for the next turn.
   * @param sleep Waits for a turn before which the program has slept.
   */
  constructor(
    clock: Clock = systemClock,
    turn: () => Promise<void> = immediate,
    limits: TurnLimits = LIMITS,
    sleep: () => Promise<void> = tick,
  ) {
    this.#clock = clock;
    this.#turn = turn;
    this.#sleep = sleep;
    this.#limits = limits;
  }

  /** How many messages at the end of a batch are handed on without asking. */
  get rest(): number {
    return this.#limits.rest;
  }

  /**
   * Counts a read with this many messages. Returns null, or a promise to await
   * before the next read.
   */
  spendRead(messages: number): Promise<void> | null {
    return this.spend(READ_COST + messages);
  }

  /**
   * Counts messages that were handed on. Returns null, or a promise to await
   * before the next ones.
   */
  spend(messages: number): Promise<void> | null {
    if (this.#spent) return this.#next;
    this.#unasked += messages;
    const { free, messages: most, time } = this.#limits;
    if (this.#unasked < (this.#next === null ? free : ASK_EVERY)) return null;
    this.#messages += this.#unasked;
    this.#unasked = 0;
    const now = this.#clock.now();
    if (this.#next === null) {
      this.#start = now;
      this.#wait(this.#turn);
    }
    this.#spent = this.#messages >= most || now - this.#start >= time;
    if (!this.#spent) return null;
    if (++this.#spentTurns % SLEEP_EVERY === 0) this.#wait(this.#sleep);
    // The caller that has spent the budget continues after the others, so that each
    // gets its turn.
    return this.#next!.then(() => {});
  }

  #wait(turn: () => Promise<void>): void {
    const next = turn().then(() => {
      // If they differ, the wait was replaced by a longer one.
      if (this.#next === next) this.#renew();
    });
    this.#next = next;
  }

  #renew(): void {
    this.#next = null;
    this.#spent = false;
    this.#messages = 0;
    this.#unasked = 0;
  }
}

/** The budget that all connections of this thread share. */
export const turnBudget: TurnBudget = /* @__PURE__ */ new TurnBudget();
