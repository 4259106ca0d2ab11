import {
  EINTR,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  POLLIN,
  SOCK_CLOEXEC,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import { EpollEvents } from "./epoll_events.ts";

/** Descriptors that one call reports at most. */
const MAX_EVENTS = 256;

/** How long a thread that has been woken may take to be seen as awake, in microseconds. */
const WAKE_TIME = 1000;

/** An epoll instance, and an eventfd that ends a call which sleeps. */
export class Epoll {
  readonly #libc: Libc;
  readonly #symbols: LibcSymbols;
  readonly #epoll: number;
  readonly #waker: number;
  readonly #ready = new EpollEvents(MAX_EVENTS);
  readonly #change = new EpollEvents(1);
  /** C's `pollfd`s of the call that sleeps: the epoll instance, and the eventfd. */
  readonly #polled: Int32Array<ArrayBuffer>;

  /**
   * Makes one.
   *
   * @throws {Error} If the process has no descriptor left.
   */
  constructor(libc: Libc) {
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
    this.#polled = new Int32Array([this.#epoll, POLLIN, this.#waker, POLLIN]);
  }

  /** Begins to watch a descriptor. */
  add(fd: number, events: number): void {
    this.#control(EPOLL_CTL_ADD, fd, events);
  }

  /** Watches it for other events. */
  modify(fd: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events);
  }

  /** Ends watching it. If someone else has closed it, it isn't watched either. */
  remove(fd: number): void {
    const { epoll_ctl } = this.#symbols;
    epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, this.#change.buffer);
  }

  /**
   * Finds what is ready now, for `fd` and `events`; how much it is.
   *
   * @throws {Error} If nothing can be watched any more.
   */
  poll(): number {
    const ready = this.#ready;
    const { epoll_wait } = this.#symbols;
    const count = epoll_wait(this.#epoll, ready.buffer, ready.length, 0);
    if (count >= 0) return count;
    if (this.#libc.errno() === EINTR) return 0;
    throw osError(this.#libc, "Cannot wait for sockets");
  }

  /** A descriptor that `poll` has found. */
  fd(index: number): number {
    return this.#ready.fd(index);
  }

  /** What it is ready for. */
  events(index: number): number {
    return this.#ready.events(index);
  }

  /** Sleeps on a thread of Deno's until something is ready; `poll` tells what. */
  sleep(): Promise<unknown> {
    return this.#symbols.pollInThread(this.#polled, 2n, -1);
  }

  /** Ends a sleep, for good. */
  wake(): void {
    this.#symbols.eventfd_write(this.#waker, 1n);
  }

  /** Closes it; nobody may sleep in it. */
  close(): void {
    this.#symbols.close(this.#waker);
    this.#symbols.close(this.#epoll);
  }

  /**
   * Closes it at once, with a thread that sleeps in it. The thread wakes and looks
   * at both descriptors again: closed ones end its call too. That is why it sleeps
   * in `poll`, where `epoll_wait` would sleep on. Only if both numbers belonged to
   * other files by then it would go on to sleep: so it has a moment before that.
   */
  closeInHaste(): void {
    this.wake();
    this.#symbols.usleep(WAKE_TIME);
    this.close();
  }

  #control(operation: number, fd: number, events: number): void {
    this.#change.set(0, events, fd);
    const { epoll_ctl } = this.#symbols;
    if (epoll_ctl(this.#epoll, operation, fd, this.#change.buffer) === 0) {
      return;
    }
    throw osError(this.#libc, `Cannot watch descriptor ${fd}`);
  }
}
