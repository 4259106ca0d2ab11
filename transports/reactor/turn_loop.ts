import { type Clock, systemClock } from "../../internal/clock.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import type { Epoll } from "./epoll.ts";
import { eventInterval } from "./event_interval.ts";
import { PausePace } from "./pause_pace.ts";
import { setPromiseRef } from "./promise_ref.ts";
import { Spin } from "./spin.ts";

/** How long to wait for a thread of Deno's to make a pause, in milliseconds. */
const MAX_PAUSE_TIME = 2;

/**
 * How long a yield takes, in milliseconds, if it lets the other end's process handle
 * a message. It is over sooner if nobody waits for the CPU, and later if that is a
 * program that goes on and on.
 */
const MIN_SHARED_TIME = 0.002;
const MAX_SHARED_TIME = 0.5;
/** More messages than that aren't calls that follow each other. */
const MAX_SHARED_MESSAGES = 4;
/** How long a turn may go on, in milliseconds. */
const MAX_TURN_TIME = 0.1;

/** What the loop does in its turns. */
export interface TurnWork {
  /** Whether it looks at rings, not only at sockets. */
  readonly hasRings: boolean;
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
 *   looks at the program's other sockets, unless it does anyway (see PausePace). If all
 *   threads are busy, the turns go on without a pause.
 */
export class TurnLoop {
  readonly #symbols: Pick<LibcSymbols, "sched_yield" | "sched_yieldInThread">;
  readonly #epoll: Pick<Epoll, "sleep" | "wake">;
  readonly #work: TurnWork;
  readonly #clock: Clock;
  readonly #spin = new Spin();
  readonly #pace: PausePace;
  readonly #run = (): void => this.#onTurn();
  readonly #goOn = (): void => this.#onSent();
  #referenced = true;
  #scheduled: ReturnType<typeof setImmediate> | null = null;
  #paused = false;
  /** Whether the process at the other end shares this CPU, by the last yield. */
  #sharesCpu = false;
  /** Whether this turn goes on when something is sent, and until when it may. */
  #continues = false;
  #turnEnd = 0;
  /** The calls on threads: one waits for an event, one makes a pause. */
  #sleeping: Promise<unknown> | null = null;
  #pausing: Promise<unknown> | null = null;
  #ended = false;

  /**
   * Makes a loop that sleeps in `epoll`. The caller closes `epoll`.
   *
   * @param interval After how many turns Deno looks at its own sockets.
   */
  constructor(
    symbols: Pick<LibcSymbols, "sched_yield" | "sched_yieldInThread">,
    epoll: Pick<Epoll, "sleep" | "wake">,
    work: TurnWork,
    clock: Clock = systemClock,
    interval: number = eventInterval(),
  ) {
    this.#symbols = symbols;
    this.#epoll = epoll;
    this.#work = work;
    this.#clock = clock;
    this.#pace = new PausePace(interval, MAX_TURN_TIME);
  }

  /** Looks in the next turn. */
  expect(): void {
    if (this.#ended || this.#paused) return;
    this.#scheduled ??= setImmediate(this.#run);
  }

  /** Notes that something was sent, so that an answer is likely to come soon. */
  sent(): void {
    this.expect();
    if (!this.#continues) return;
    this.#continues = false;
    queueMicrotask(this.#goOn);
  }

  /** Makes sure that the next event is seen, whenever it comes. */
  wait(): void {
    if (this.#ended || this.#paused || this.#scheduled !== null) return;
    this.#sleep();
  }

  /** Sets whether it keeps the program alive. */
  setRef(referenced: boolean): void {
    this.#referenced = referenced;
    for (const call of [this.#sleeping, this.#pausing]) {
      if (call !== null) setPromiseRef(call, referenced);
    }
  }

  /** Ends it for good. Resolves when no thread works for it any more. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#sleeping !== null) this.#epoll.wake();
    this.setRef(true);
    await Promise.all([this.#sleeping, this.#pausing]);
  }

  #onTurn(): void {
    this.#scheduled = null;
    this.#continues = false;
    if (this.#ended) return;
    const now = this.#clock.now();
    if (this.#pace.isDue(now) && this.#pausing === null) return this.#pause();
    this.#turnEnd = now + MAX_TURN_TIME;
    if (!this.#sharesCpu && this.#work.look(now) > 0) this.#onMessages();
    else if (this.#spin.again(now, this.#work.hasRings)) this.#lookAfterYield();
    else if (this.#sharesCpu) {
      this.#sharesCpu = false;
      this.expect();
    } else if (this.#work.beforeSleep()) {
      this.#pace.restart();
      this.wait();
    } else this.expect();
  }

  #onMessages(): void {
    this.#spin.onEvent();
    this.expect();
    this.#continues = this.#sharesCpu;
  }

  /**
   * Gives the CPU to whatever waits for it, which may be the process that is to answer,
   * and looks again. Where that process shares this CPU, its answer is there now.
   */
  #lookAfterYield(): void {
    this.expect();
    const before = this.#clock.now();
    this.#symbols.sched_yield();
    const now = this.#clock.now();
    const messages = this.#work.look(now);
    const time = now - before;
    this.#sharesCpu = messages > 0 && messages <= MAX_SHARED_MESSAGES &&
      time >= MIN_SHARED_TIME && time <= MAX_SHARED_TIME;
    if (messages > 0) this.#onMessages();
  }

  /** Goes on in the same turn, after an answer was taken and something was sent. */
  #onSent(): void {
    if (this.#ended || this.#scheduled === null) return;
    const now = this.#clock.now();
    if (now < this.#turnEnd && this.#spin.again(now, this.#work.hasRings)) {
      this.#lookAfterYield();
    }
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
    const resume = (): void => {
      if (!this.#paused) return;
      this.#paused = false;
      this.#pace.restart();
      this.#onTurn();
    };
    const stop = this.#clock.start(resume, MAX_PAUSE_TIME);
    const pausing = this.#pausing = this.#symbols.sched_yieldInThread();
    if (!this.#referenced) setPromiseRef(pausing, false);
    pausing.then(() => {
      stop();
      this.#pausing = null;
      resume();
    });
  }
}
