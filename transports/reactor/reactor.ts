import type { Libc } from "../libc/libc.ts";
import { EPOLLIN, EPOLLOUT } from "../libc/constants.ts";
import { Epoll } from "./epoll.ts";
import { setPromiseRef } from "./promise_ref.ts";
import { Spin } from "./spin.ts";

/** A descriptor that was ready in so many turns is asked in each turn from then on. */
const TURNS_TO_HEAT = 4;
/** Until it wasn't in so many. */
const MISSES_TO_COOL = 32;
/** Each costs a system call a turn. */
const MAX_HOT = 8;
/** How often epoll is asked too while those keep the program busy. */
const POLL_EVERY = 8;

/** A descriptor that the reactor watches. */
export interface Watched {
  /** The descriptor. */
  readonly fd: number;
  /**
   * Called in a turn in which it is ready, with epoll's events, and again in the
   * next one if it still is. Sometimes it isn't; tells whether it was.
   */
  onReady(events: number): boolean;
  /** Called when it can't be watched any more. */
  onFailed(error: unknown): void;
}

interface Entry {
  readonly watched: Watched;
  /** The events that it is watched for; 0 if it isn't registered with epoll. */
  interest: number;
  /** Whether it keeps the program alive. */
  referenced: boolean;
  /** In how many turns it was ready; when it is hot, in how many it wasn't. */
  turns: number;
}

/**
 * Waits for all descriptors of the process at once. There is one while anything
 * is watched.
 *
 * - Why not one waiting call for each: those sit on Deno's blocking pool, which
 *   has 32 threads. So one call sleeps there in epoll, and what it finds only
 *   wakes the event loop, where a call that doesn't wait then finds everything.
 * - Between events that follow each other closely it doesn't sleep: see Spin.
 * - Busy ones are taken out of epoll meanwhile and asked directly. Each datagram
 *   that came or was read would cost a visit to epoll's lock, on both CPUs: an
 *   eighth of the time of a round trip with 256 in flight.
 */
export class Reactor {
  static #current: Reactor | null = null;
  readonly #libc: Libc;
  readonly #epoll: Epoll;
  readonly #entries = new Map<number, Entry>();
  readonly #hot = new Set<Entry>();
  readonly #spin = new Spin();
  readonly #shared = new Map<string, unknown>();
  readonly #turn = (): void => this.#onTurn();
  readonly #tell = (fd: number, events: number): void =>
    this.#onReady(fd, events);
  #turns = 0;
  #references = 0;
  #parked: Promise<unknown> | null = null;
  #scheduled: ReturnType<typeof setImmediate> | null = null;
  #ended: Promise<void> | null = null;

  private constructor(libc: Libc) {
    this.#libc = libc.hold();
    try {
      this.#epoll = new Epoll(this.#libc);
    } catch (error) {
      this.#libc[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Begins to watch a descriptor, for nothing yet; it keeps the program alive.
   *
   * @throws {Error} If the process has no descriptor left.
   */
  static watch(libc: Libc, watched: Watched): Reactor {
    const reactor = Reactor.#current ??= new Reactor(libc);
    reactor.#entries.set(watched.fd, {
      watched,
      interest: 0,
      referenced: false,
      turns: 0,
    });
    reactor.setRef(watched.fd, true);
    return reactor;
  }

  /**
   * Watches for these events too; `onReady` is also called for errors. If the
   * system refuses, `onFailed` is called.
   */
  want(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined || (entry.interest & events) === events) return;
    try {
      this.#setInterest(entry, entry.interest | events);
    } catch (error) {
      return entry.watched.onFailed(error);
    }
    this.#park();
  }

  /**
   * Watches no more for these events. If nothing is left it isn't registered at
   * all: epoll would go on to report its end, again and again.
   */
  drop(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry !== undefined) this.#setInterest(entry, entry.interest & ~events);
  }

  /** Something that all that is watched share, for it holds nothing between two turns. */
  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as T;
  }

  /** Something was sent: an event is likely to come soon. */
  expect(): void {
    if (this.#ended === null) this.#scheduled ??= setImmediate(this.#turn);
  }

  /** Tells whether a descriptor keeps the program alive. */
  setRef(fd: number, referenced: boolean): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined || entry.referenced === referenced) return;
    entry.referenced = referenced;
    this.#references += referenced ? 1 : -1;
    if (this.#references > 1 || this.#parked === null) return;
    setPromiseRef(this.#parked, this.#references > 0);
  }

  /**
   * Ends watching a descriptor, which is still open. Resolves when nothing of the
   * reactor is left, if it was the last one.
   */
  unwatch(fd: number): Promise<void> | undefined {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return undefined;
    if (!this.#hot.delete(entry) && entry.interest !== 0) {
      this.#epoll.remove(fd);
    }
    this.setRef(fd, false);
    this.#entries.delete(fd);
    return this.#entries.size === 0 ? this.#end() : undefined;
  }

  #setInterest(entry: Entry, interest: number): void {
    if (this.#hot.has(entry)) this.#cool(entry);
    const { fd } = entry.watched;
    if (entry.interest === interest) return;
    if (entry.interest === 0) this.#epoll.add(fd, interest);
    else if (interest === 0) this.#epoll.remove(fd);
    else this.#epoll.modify(fd, interest);
    entry.interest = interest;
  }

  #heat(entry: Entry): void {
    entry.turns = 0;
    this.#hot.add(entry);
    this.#epoll.remove(entry.watched.fd);
  }

  #cool(entry: Entry): void {
    entry.turns = 0;
    this.#hot.delete(entry);
    try {
      this.#epoll.add(entry.watched.fd, entry.interest);
    } catch (error) {
      entry.interest = 0;
      entry.watched.onFailed(error);
    }
  }

  #onTurn(): void {
    this.#scheduled = null;
    if (this.#ended !== null) return;
    if (this.#askAll() > 0) {
      this.#spin.onEvent();
      this.expect();
    } else if (this.#spin.again(performance.now())) {
      // Whoever is to answer may be waiting for this CPU.
      this.#libc.symbols.sched_yield();
      this.expect();
    } else {
      for (const entry of this.#hot) this.#cool(entry);
      this.#park();
    }
  }

  /** Tells all descriptors that are ready; how many there were. */
  #askAll(): number {
    let ready = 0;
    for (const entry of this.#hot) {
      if (tell(entry.watched, EPOLLIN)) {
        entry.turns = 0;
        ready++;
      } else if (this.#hot.has(entry) && ++entry.turns === MISSES_TO_COOL) {
        this.#cool(entry);
      }
    }
    // One of them may have been the last.
    if (this.#ended !== null) return ready;
    if (ready > 0 && ++this.#turns % POLL_EVERY !== 0) return ready;
    try {
      return ready + this.#epoll.poll(this.#tell);
    } catch (error) {
      for (const { watched } of [...this.#entries.values()]) {
        watched.onFailed(error);
      }
      return 0;
    }
  }

  #onReady(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return;
    const ready = tell(entry.watched, events);
    // Only what comes and comes is busy: no end, and nothing that waits for room.
    if (!ready || events !== EPOLLIN) return;
    if (++entry.turns < TURNS_TO_HEAT || this.#hot.size === MAX_HOT) return;
    if (entry.interest === 0 || entry.interest & EPOLLOUT) return;
    if (this.#entries.get(fd) === entry) this.#heat(entry);
  }

  #park(): void {
    if (this.#parked !== null || this.#scheduled !== null) return;
    if (this.#ended !== null) return;
    const parked = this.#epoll.sleep();
    if (this.#references === 0) setPromiseRef(parked, false);
    this.#parked = parked;
    parked.then(() => {
      this.#parked = null;
      if (this.#scheduled === null) this.#onTurn();
    });
  }

  #end(): Promise<void> {
    return this.#ended ??= this.#endOnce();
  }

  async #endOnce(): Promise<void> {
    if (Reactor.#current === this) Reactor.#current = null;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#parked !== null) {
      setPromiseRef(this.#parked, true);
      this.#epoll.wake();
      await this.#parked;
    }
    this.#epoll.close();
    this.#libc[Symbol.dispose]();
  }
}

/** What one of them can't handle is its own matter. */
function tell(watched: Watched, events: number): boolean {
  try {
    return watched.onReady(events);
  } catch (error) {
    watched.onFailed(error);
    return true;
  }
}
