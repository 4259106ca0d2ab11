import { type Clock, systemClock } from "./clock.ts";
import { immediate, tick } from "./event_loop.ts";

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

/** With the free messages, a turn takes 0.5 to 0.8 ms. */
const LIMITS: TurnLimits = { free: 512, messages: 1024, time: 0.3 };

/**
 * After so many turns that were waited for, the program sleeps until a socket is
 * ready, a millisecond at most. While turns follow each other without a pause,
 * Deno looks at its sockets only every 61 turns: 50 ms, for each piece of a large
 * body too.
 */
const SLEEP_EVERY = 16;

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
  readonly #sleep: () => Promise<void>;
  readonly #limits: TurnLimits;
  /** Resolves in the next turn; null where it wasn't asked for. */
  #next: Promise<void> | null = null;
  #spent = false;
  #spentTurns = 0;
  #start = 0;
  /** Since the next turn was asked for, and since the clock was. */
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
      this.#wait(this.#turn);
    }
    this.#spent = this.#messages >= most || now - this.#start >= time;
    if (!this.#spent) return null;
    if (++this.#spentTurns % SLEEP_EVERY === 0) this.#wait(this.#sleep);
    // Whoever has spent it goes on behind the others, so that each has its turn.
    return this.#next!.then(() => {});
  }

  #wait(turn: () => Promise<void>): void {
    const next = turn().then(() => {
      // Else it was to be waited for longer.
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
export const turnBudget: TurnBudget = new TurnBudget();
