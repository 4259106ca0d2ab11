import { promiseTry } from "../../internal/promises.ts";
import type { Libc } from "../libc/libc.ts";
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";
import { Epoll } from "./epoll.ts";
import { type Polled, PollList } from "./poll_list.ts";
import { TightSpin } from "./tight_spin.ts";
import { TurnLoop } from "./turn_loop.ts";
import { WatchList } from "./watch_list.ts";
import type { Watched } from "./watched.ts";

/**
 * While rings are looked at and no descriptor is hot, epoll is asked once in this
 * many turns.
 */
const ASK_EVERY = 8;

/** How many looks at rings a turn may make if nothing is there: some 5 us. */
const MAX_LOOKS = 192;

/**
 * Waits for all descriptors of the thread at once. It exists while any descriptor
 * is watched.
 *
 * A waiting call for each descriptor would hold one of the 32 threads of Deno's
 * blocking pool. So a single call sleeps there for all of them. It only wakes the
 * event loop, where a call that doesn't wait finds what is ready.
 */
export class Reactor implements WorkerResource {
  static #current: Reactor | null = null;
  readonly #libc: Libc;
  readonly #epoll: Epoll;
  readonly #list: WatchList;
  readonly #polls = new PollList();
  readonly #tightSpin = new TightSpin();
  readonly #loop: TurnLoop;
  /** The descriptors that keep the program alive. */
  readonly #referenced = new Set<number>();
  readonly #shared = new Map<string, unknown>();
  #turns = 0;
  /** How many turns there were. */
  turn = 0;
  /** Who waits for the next turn. */
  #next: PromiseWithResolvers<void> | null = null;
  #ended: Promise<void> | null = null;
  /** Whether its worker is ending, so that it can't wait for anything. */
  #inHaste = false;

  private constructor(libc: Libc) {
    this.#libc = libc.retain();
    try {
      this.#epoll = new Epoll(this.#libc);
    } catch (error) {
      this.#libc[Symbol.dispose]();
      throw error;
    }
    const list = this.#list = new WatchList(this.#epoll);
    const polls = this.#polls;
    this.#loop = new TurnLoop(this.#libc.symbols, this.#epoll, {
      get hasRings() {
        return polls.size > 0;
      },
      look: (begin) => this.#look(begin),
      beforeSleep: () => {
        list.coolAll();
        return polls.sleepAll();
      },
    });
    WorkerEnd.current.addUser(this);
  }

  /**
   * Begins to watch a descriptor, for nothing yet; it keeps the program alive.
   *
   * @throws {TypeError} If it is watched already.
   * @throws {Error} If the process has no descriptor left.
   */
  static watch(libc: Libc, watched: Watched): Reactor {
    const reactor = Reactor.#current ??= new Reactor(libc);
    if (reactor.#list.has(watched.fd)) {
      throw new TypeError("The file descriptor is being read or written");
    }
    reactor.#list.add(watched);
    WorkerEnd.current.comeLast();
    reactor.setRef(watched.fd, true);
    return reactor;
  }

  /**
   * Watches for these events too. `onReady` is also called for errors; if the
   * system refuses to watch, `onFailed` is called.
   */
  want(fd: number, events: number): void {
    if (this.#list.want(fd, events)) this.#loop.wait();
  }

  /**
   * Stops watching for these events. If none are left, the descriptor is taken out
   * of epoll, which would otherwise report its end again and again.
   */
  drop(fd: number, events: number): void {
    this.#list.drop(fd, events);
  }

  /**
   * Gives an object that all watched descriptors share. It must hold nothing from
   * one turn to the next.
   */
  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as T;
  }

  /** Looks at something in memory from the next turn on, until it sleeps. */
  awaken(polled: Polled): void {
    this.#polls.add(polled);
  }

  /** Doesn't look at it any more. */
  forget(polled: Polled): void {
    this.#polls.delete(polled);
  }

  /** Looks in the next turn. */
  expect(): void {
    this.#loop.expect();
  }

  /** Notes that something was sent, so that an answer is likely to come soon. */
  sent(): void {
    this.#loop.sent();
  }

  /** Resolves in the next turn, or when the reactor ends. */
  nextTurn(): Promise<void> {
    if (this.#ended !== null) return this.#ended;
    this.#next ??= Promise.withResolvers<void>();
    this.#loop.expect();
    return this.#next.promise;
  }

  /** Sets whether a descriptor keeps the program alive. */
  setRef(fd: number, referenced: boolean): void {
    const { size } = this.#referenced;
    if (!referenced) this.#referenced.delete(fd);
    else if (this.#list.has(fd)) this.#referenced.add(fd);
    const isAny = this.#referenced.size > 0;
    if (isAny !== size > 0) this.#loop.setRef(isAny);
  }

  /**
   * Stops watching a descriptor, which is still open. If it was the last one,
   * resolves when the reactor is released.
   */
  unwatch(fd: number): Promise<void> | undefined {
    if (!this.#list.delete(fd)) return undefined;
    this.setRef(fd, false);
    return this.#list.size === 0 ? this.#end() : undefined;
  }

  /** Does the work of a turn; how many messages that were. */
  #look(begin: number): number {
    this.turn++;
    if (this.#next !== null) this.#tellNext();
    if (this.#polls.size === 0) return this.#list.tellReady(begin);
    let messages = this.#polls.poll(begin);
    if (messages === 0 && this.#tightSpin.pays()) {
      messages = this.#polls.pollAgain(MAX_LOOKS);
      this.#tightSpin.note(messages > 0);
    }
    // The last descriptor may have been removed by now.
    if (this.#list.size === 0) return messages;
    const skips = !this.#list.hasHot && ++this.#turns % ASK_EVERY !== 0;
    return skips ? messages : messages + this.#list.tellReady(begin);
  }

  #tellNext(): void {
    this.#next?.resolve();
    this.#next = null;
  }

  #end(): Promise<void> {
    return this.#ended ??= this.#endOnce();
  }

  async #endOnce(): Promise<void> {
    if (Reactor.#current === this) Reactor.#current = null;
    WorkerEnd.current.delete(this);
    this.#tellNext();
    const ended = this.#loop.end();
    if (this.#inHaste) this.#epoll.closeInHaste();
    else {
      await ended;
      this.#epoll.close();
    }
    this.#libc[Symbol.dispose]();
  }

  /** Closes everything that is watched, at once, as the worker ends. */
  close(): void {
    this.#inHaste = true;
    for (const watched of this.#list.all()) {
      promiseTry(() => watched.close())
        .catch((error) => watched.onFailed(error));
    }
  }
}
