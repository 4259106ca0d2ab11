import {
  EINTR,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLIN,
  SOCK_CLOEXEC,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import { EpollEvents } from "./epoll_events.ts";
import { Spin } from "./spin.ts";
import { setPromiseRef } from "./promise_ref.ts";

/** Sockets that are served in one turn. */
const MAX_EVENTS = 256;

/** A descriptor that the reactor watches. */
export interface Watched {
  /** The descriptor. */
  readonly fd: number;
  /**
   * Called in a turn in which it is ready, with epoll's events, and again in the
   * next one if it still is.
   */
  onReady(events: number): void;
  /** Called when nothing can be watched any more. */
  onFailed(error: unknown): void;
}

interface Entry {
  readonly watched: Watched;
  /** What it is registered for; null if it isn't. */
  interest: number | null;
  /** Whether it keeps the program alive. */
  referenced: boolean;
}

/**
 * Waits for all descriptors of the process at once. There is one while anything
 * is watched.
 *
 * Why not one waiting call for each: those sit on Deno's blocking pool, which has
 * 32 threads. So one call sleeps in `epoll_wait` there, and what it finds only
 * wakes the event loop, where a call that doesn't wait then finds everything.
 * Between events that follow each other closely it doesn't sleep at all: see Spin.
 */
export class Reactor {
  static #current: Reactor | null = null;
  readonly #libc: Libc;
  readonly #symbols: LibcSymbols;
  readonly #epoll: number;
  /** Written at the end, to end a parked call. */
  readonly #waker: number;
  readonly #entries = new Map<number, Entry>();
  readonly #ready = new EpollEvents(MAX_EVENTS);
  readonly #change = new EpollEvents(1);
  readonly #parkedFound = new EpollEvents(1);
  readonly #spin = new Spin();
  readonly #shared = new Map<string, unknown>();
  readonly #turn = (): void => this.#onTurn();
  #parked: Promise<number> | null = null;
  #references = 0;
  #scheduled: ReturnType<typeof setImmediate> | null = null;
  #ended: Promise<void> | null = null;

  private constructor(libc: Libc) {
    this.#libc = libc;
    this.#symbols = libc.symbols;
    const { epoll_create1, eventfd, close } = this.#symbols;
    this.#epoll = epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw osError(libc, "Cannot make an epoll instance");
    this.#waker = eventfd(0, SOCK_CLOEXEC);
    if (this.#waker < 0) {
      const error = osError(libc, "Cannot make an eventfd");
      close(this.#epoll);
      throw error;
    }
    this.#control(EPOLL_CTL_ADD, EPOLLIN, this.#waker);
  }

  /**
   * Begins to watch a descriptor, for nothing yet; it keeps the program alive.
   *
   * @throws {Error} If the process has no descriptor left.
   */
  static watch(libc: Libc, watched: Watched): Reactor {
    let reactor = Reactor.#current;
    if (reactor === null) {
      const held = libc.hold();
      try {
        reactor = Reactor.#current = new Reactor(held);
      } catch (error) {
        held[Symbol.dispose]();
        throw error;
      }
    }
    reactor.#entries.set(watched.fd, {
      watched,
      interest: null,
      referenced: false,
    });
    reactor.setRef(watched.fd, true);
    return reactor;
  }

  /** Watches for these events too; `onReady` is also called for errors. */
  want(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return;
    const { interest } = entry;
    if (interest === null) {
      entry.interest = events;
      this.#control(EPOLL_CTL_ADD, events, fd);
    } else if ((interest & events) !== events) {
      entry.interest = interest | events;
      this.#control(EPOLL_CTL_MOD, entry.interest, fd);
    } else return;
    this.#park();
  }

  /**
   * Watches no more for these events. If nothing is left it isn't registered at
   * all: epoll would go on to report its end, again and again.
   */
  drop(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined || entry.interest === null) return;
    const rest = entry.interest & ~events;
    entry.interest = rest === 0 ? null : rest;
    this.#control(rest === 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, rest, fd);
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
    if (entry.interest !== null) {
      // It fails if someone else has closed it, and then it isn't watched either.
      const { epoll_ctl } = this.#symbols;
      epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, this.#change.buffer);
    }
    this.setRef(fd, false);
    this.#entries.delete(fd);
    return this.#entries.size === 0 ? this.#end() : undefined;
  }

  #control(operation: number, events: number, fd: number): void {
    this.#change.set(0, events, fd);
    const { epoll_ctl } = this.#symbols;
    if (epoll_ctl(this.#epoll, operation, fd, this.#change.buffer) === 0) {
      return;
    }
    throw osError(this.#libc, `Cannot watch descriptor ${fd}`);
  }

  #onTurn(): void {
    this.#scheduled = null;
    if (this.#ended !== null) return;
    const found = this.#poll();
    if (found > 0) {
      this.#spin.onEvent();
      this.#scheduled ??= setImmediate(this.#turn);
    } else if (this.#spin.again(performance.now())) {
      // Whoever is to answer may be waiting for this CPU.
      this.#symbols.sched_yield();
      this.#scheduled ??= setImmediate(this.#turn);
    } else this.#park();
  }

  /** Tells all descriptors that are ready; how many there were. */
  #poll(): number {
    const { epoll_wait } = this.#symbols;
    const ready = this.#ready;
    const n = epoll_wait(this.#epoll, ready.buffer, ready.length, 0);
    if (n < 0) {
      if (this.#libc.errno() !== EINTR) {
        this.#fail(osError(this.#libc, "Cannot wait for sockets"));
      }
      return 0;
    }
    for (let i = 0; i < n; i++) {
      const watched = this.#entries.get(ready.fd(i))?.watched;
      if (watched !== undefined) tell(watched, ready.events(i));
    }
    return n;
  }

  #park(): void {
    if (this.#parked !== null || this.#scheduled !== null) return;
    if (this.#ended !== null) return;
    const parked = this.#symbols.epoll_wait_parked(
      this.#epoll,
      this.#parkedFound.buffer,
      1,
      -1,
    );
    if (this.#references === 0) setPromiseRef(parked, false);
    this.#parked = parked;
    parked.then(() => {
      this.#parked = null;
      if (this.#scheduled === null) this.#onTurn();
    });
  }

  #fail(error: unknown): void {
    for (const { watched } of [...this.#entries.values()]) {
      watched.onFailed(error);
    }
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
      this.#symbols.eventfd_write(this.#waker, 1n);
      await this.#parked;
    }
    this.#symbols.close(this.#waker);
    this.#symbols.close(this.#epoll);
    this.#libc[Symbol.dispose]();
  }
}

/** What one of them can't handle is its own matter. */
function tell(watched: Watched, events: number): void {
  try {
    watched.onReady(events);
  } catch (error) {
    watched.onFailed(error);
  }
}
