import { type Clock, systemClock } from "./clock.ts";
import { immediate } from "./event_loop.ts";

/** What one turn of the event loop may do. */
export interface TurnLimits {
  /** Messages. */
  readonly messages: number;
  /** Milliseconds. */
  readonly time: number;
}

/**
 * Others wait for 61 turns at most: so often Deno looks at its sockets while
 * turns follow each other without a pause. 61 times 0.3 ms are 18 ms.
 */
const LIMITS: TurnLimits = { messages: 1024, time: 0.3 };

/** The clock is asked after so many messages. */
const ASK_EVERY = 32;

/** What a read counts beside its messages: it takes time, also where it completes none. */
const READ_COST = 4;

/**
 * Bounds what the connections of this thread do between two turns of the event
 * loop, so that timers and other connections get theirs. A read of a socket that
 * is full resolves without a turn, again and again.
 *
 * It can't see a turn that has passed while nobody waited for it. Then it asks
 * for one more than is needed, which costs some microseconds.
 */
export class TurnBudget {
  readonly #clock: Clock;
  readonly #turn: () => Promise<void>;
  readonly #limits: TurnLimits;
  #messages = 0;
  #unasked = 0;
  #start: number;
  #next: Promise<void> | null = null;

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
    this.#start = clock.now();
  }

  /** A read has brought so many messages: null, or what has to be waited for before the next one. */
  spendRead(messages: number): Promise<void> | null {
    return this.spend(READ_COST + messages);
  }

  /** So many messages were handed on: null, or what has to be waited for before the next ones. */
  spend(messages: number): Promise<void> | null {
    this.#messages += messages;
    this.#unasked += messages;
    if (this.#next === null) {
      if (this.#unasked < ASK_EVERY) return null;
      this.#unasked = 0;
      const { messages, time } = this.#limits;
      const spent = this.#messages >= messages ||
        this.#clock.now() - this.#start >= time;
      if (!spent) return null;
      this.#next = this.#turn().then(() => this.#renew());
      // Whoever has spent it goes on behind the others, so that each has its turn.
      return this.#next.then(() => {});
    }
    return this.#next;
  }

  #renew(): void {
    this.#next = null;
    this.#messages = 0;
    this.#unasked = 0;
    this.#start = this.#clock.now();
  }
}

/** The budget that all connections of this thread share. */
export const turnBudget: TurnBudget = new TurnBudget();
