import { type Clock, systemClock } from "../../internal/clock.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import type { Epoll } from "./epoll.ts";
import { PausePace } from "./pause_pace.ts";
import type { PauseSocket } from "./pause_socket.ts";
import { Pauses } from "./pauses.ts";
import { setPromiseRef } from "./promise_ref.ts";
import { Spin } from "./spin.ts";

/** What the loop does in its turns. */
export interface TurnWork {
  /** Does the work of a turn, which begins now. Returns how many messages it took. */
  look(begin: number): number;
  /** Called before sleeping; whether nothing has come until then. */
  beforeSleep(): boolean;
}

/**
 * Decides when the event loop looks for events.
 *
 * - While events follow each other closely: in each turn (see Spin).
 * - Otherwise: when a call that sleeps on a thread has found one.
 * - When turns have followed each other for a while, there is a pause, so that Deno
 *   looks at the program's other sockets (see PausePace). If all threads are busy,
 *   the turns go on without a pause.
 */
export class TurnLoop {
  readonly #symbols: Pick<LibcSymbols, "sched_yield">;
  readonly #epoll: Pick<Epoll, "sleep" | "wake">;
  readonly #work: TurnWork;
  readonly #clock: Clock;
  readonly #pauses: Pauses;
  readonly #spin = new Spin();
  readonly #pace = new PausePace();
  readonly #run = (): void => this.#onTurn();
  #referenced = true;
  #scheduled: ReturnType<typeof setImmediate> | null = null;
  #paused = false;
  /** The call on a thread that waits for an event. */
  #sleeping: Promise<unknown> | null = null;
  #ended = false;

  /** Makes a loop that sleeps in `epoll`. The caller closes `epoll`. */
  constructor(
    symbols: Pick<LibcSymbols, "sched_yield" | "sched_yieldInThread">,
    epoll: Pick<Epoll, "sleep" | "wake">,
    openSocket: () => PauseSocket | null,
    work: TurnWork,
    clock: Clock = systemClock,
  ) {
    this.#symbols = symbols;
    this.#epoll = epoll;
    this.#work = work;
    this.#clock = clock;
    this.#pauses = new Pauses(symbols, openSocket, clock);
  }

  /** Looks in the next turn, as an event is likely to come soon. */
  expect(): void {
    if (this.#ended || this.#paused) return;
    this.#scheduled ??= setImmediate(this.#run);
  }

  /** Makes sure that the next event is seen, whenever it comes. */
  wait(): void {
    if (this.#ended || this.#paused || this.#scheduled !== null) return;
    this.#sleep();
  }

  /** Sets whether it keeps the program alive. */
  setRef(referenced: boolean): void {
    this.#referenced = referenced;
    this.#pauses.setRef(referenced);
    if (this.#sleeping !== null) setPromiseRef(this.#sleeping, referenced);
  }

  /** Ends it for good. Resolves when no thread works for it any more. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#sleeping !== null) this.#epoll.wake();
    this.setRef(true);
    await Promise.all([this.#sleeping, this.#pauses.end()]);
  }

  #onTurn(): void {
    this.#scheduled = null;
    if (this.#ended) return;
    const now = this.#clock.now();
    if (this.#pace.isDue(now) && this.#pauses.possible) return this.#pause();
    if (this.#work.look(now) > 0) {
      this.#spin.onEvent();
      this.expect();
    } else if (this.#spin.again(now)) {
      // The process that is to answer may be waiting for this CPU.
      this.#symbols.sched_yield();
      this.expect();
    } else if (this.#work.beforeSleep()) {
      this.#pace.restart();
      this.wait();
    } else this.expect();
  }

  #sleep(): void {
    if (this.#sleeping !== null) return;
    const sleeping = this.#sleeping = this.#epoll.sleep();
    if (!this.#referenced) setPromiseRef(sleeping, false);
    sleeping.then(() => {
      this.#sleeping = null;
      if (this.#scheduled === null && !this.#paused) this.#onTurn();
    });
  }

  #pause(): void {
    this.#paused = true;
    this.#pauses.begin(() => {
      if (!this.#paused) return;
      this.#paused = false;
      this.#pace.restart();
      this.#onTurn();
    });
  }
}
