import { type Clock, systemClock } from "./clock.ts";
import { immediate } from "./event_loop.ts";

/** What one turn of the event loop may do. */
export interface TurnLimits {
  /**
   * Messages before the next turn is asked for. That costs a microsecond, and an
   * empty turn some more: after each 32 messages it took 6 % of the rate with 256
   * calls in flight, which wait for turns anyway.
   */
  readonly free: number;
  /** Messages, with the free ones. */
  readonly messages: number;
  /** Milliseconds, without the time of the free ones. */
  readonly time: number;
}

/**
 * Others wait for 61 turns at most: so often Deno looks at its sockets while
 * turns follow each other without a pause. With the messages before the clock is
 * asked, a turn takes 0.5 to 0.8 ms, and 61 of them 30 to 50 ms.
 */
const LIMITS: TurnLimits = { free: 512, messages: 1024, time: 0.3 };

/** After the free ones the clock is asked every so many. */
const ASK_EVERY = 32;

/** What a read counts beside its messages: it takes time, also where it completes none. */
const READ_COST = 4;

/**
 * Bounds what the connections of this thread do between two turns of the event
 * loop, so that timers and other connections get theirs. A read of a socket that
 * is full resolves without a turn, again and again. Most reads wait for a turn
 * anyway, and then nothing is ever held up.
 */
export class TurnBudget {
  readonly #clock: Clock;
  readonly #turn: () => Promise<void>;
  readonly #limits: TurnLimits;
  /** Resolves in the next turn; null where it wasn't asked for. */
  #next: Promise<void> | null = null;
  #spent = false;
  #start = 0;
  /** Since the next turn was asked for, and since the clock was. */
  #messages = 0;
  #unasked = 0;

  /**
   * Makes a full budget.
   *
   * @param turn Waits for the next turn.
   */
  constructor(
    clock: Clock = systemClock,
    turn: () => Promise<void> = immediate,
    limits: TurnLimits = LIMITS,
  ) {
    this.#clock = clock;
    this.#turn = turn;
    this.#limits = limits;
  }

  /** A read has brought so many messages: null, or what has to be waited for before the next one. */
  spendRead(messages: number): Promise<void> | null {
    return this.spend(READ_COST + messages);
  }

  /** So many messages were handed on: null, or what has to be waited for before the next ones. */
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
      this.#next = this.#turn().then(() => this.#renew());
    }
    this.#spent = this.#messages >= most || now - this.#start >= time;
    // Whoever has spent it goes on behind the others, so that each has its turn.
    return this.#spent ? this.#next.then(() => {}) : null;
  }

  #renew(): void {
    this.#next = null;
    this.#spent = false;
    this.#messages = 0;
    this.#unasked = 0;
  }
}

/** The budget that all connections of this thread share. */
export const turnBudget: TurnBudget = new TurnBudget();
