import type { Libc } from "../libc/libc.ts";
import type { Epoll } from "./epoll.ts";
import { setPromiseRef } from "./promise_ref.ts";
import { Spin } from "./spin.ts";

/** What happens in the turns. */
export interface TurnWork {
  /** Does what there is to do; how much there was. */
  look(): number;
  /** Called before sleeping. */
  beforeSleep(): void;
}

/**
 * Decides when to look for events: in turns of the event loop while they follow
 * each other closely (see Spin), else when a call that sleeps has found one.
 */
export class TurnLoop {
  readonly #libc: Libc;
  readonly #epoll: Epoll;
  readonly #work: TurnWork;
  readonly #spin = new Spin();
  readonly #run = (): void => this.#onTurn();
  #referenced = true;
  #sleeping: Promise<unknown> | null = null;
  #scheduled: ReturnType<typeof setImmediate> | null = null;
  #ended = false;

  /** A loop that sleeps in `epoll`, which stays its owner's. */
  constructor(libc: Libc, epoll: Epoll, work: TurnWork) {
    this.#libc = libc;
    this.#epoll = epoll;
    this.#work = work;
  }

  /** An event is likely to come soon: looks in the next turn. */
  expect(): void {
    if (!this.#ended) this.#scheduled ??= setImmediate(this.#run);
  }

  /** Makes sure that an event that comes at any time is seen. */
  wait(): void {
    if (this.#scheduled === null && !this.#ended) this.#sleep();
  }

  /** Tells whether it keeps the program alive. */
  setRef(referenced: boolean): void {
    this.#referenced = referenced;
    if (this.#sleeping !== null) setPromiseRef(this.#sleeping, referenced);
  }

  /** Ends it, for good; resolves when nothing sleeps in epoll any more. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#sleeping === null) return;
    setPromiseRef(this.#sleeping, true);
    this.#epoll.wake();
    await this.#sleeping;
  }

  #onTurn(): void {
    this.#scheduled = null;
    if (this.#ended) return;
    if (this.#work.look() > 0) {
      this.#spin.onEvent();
      this.expect();
    } else if (this.#spin.again(performance.now())) {
      // Whoever is to answer may be waiting for this CPU.
      this.#libc.symbols.sched_yield();
      this.expect();
    } else {
      this.#work.beforeSleep();
      this.wait();
    }
  }

  #sleep(): void {
    if (this.#sleeping !== null) return;
    const sleeping = this.#epoll.sleep();
    if (!this.#referenced) setPromiseRef(sleeping, false);
    this.#sleeping = sleeping;
    sleeping.then(() => {
      this.#sleeping = null;
      if (this.#scheduled === null) this.#onTurn();
    });
  }
}
