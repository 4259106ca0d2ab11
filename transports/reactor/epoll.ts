import {
  EINTR,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  POLLIN,
  SOCK_CLOEXEC,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import { EpollEvents } from "./epoll_events.ts";

/** How many descriptors one call reports at most. */
const MAX_EVENTS = 256;

/** How long to wait for a woken thread to be awake, in microseconds. */
const WAKE_TIME = 1000;

/** An epoll instance, and an eventfd that ends a sleeping call. */
export class Epoll {
  readonly #libc: Libc;
  readonly #symbols: LibcSymbols;
  readonly #epoll: number;
  readonly #waker: number;
  readonly #ready = new EpollEvents(MAX_EVENTS);
  readonly #change = new EpollEvents(1);
  /** C's `pollfd`s of the sleeping call: the epoll instance and the eventfd. */
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

  /**
   * Ends watching it. It isn't watched any more either if someone else has closed
   * it.
   */
  remove(fd: number): void {
    const { epoll_ctl } = this.#symbols;
    epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, this.#change.buffer);
  }

  /**
   * Finds what is ready now, for `fd` and `events`. Returns the number of
   * descriptors.
   *
   * @throws {Error} If the system refuses, so that nothing can be watched any more.
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

  /** Sleeps on a thread of Deno's until something is ready; `poll` finds what it is. */
  sleep(): Promise<unknown> {
    return this.#symbols.pollInThread(this.#polled, 2n, -1);
  }

  /** Ends a sleep, for good. */
  wake(): void {
    this.#symbols.eventfd_write(this.#waker, 1n);
  }

  /** Closes it. No call may be sleeping in it. */
  close(): void {
    this.#symbols.close(this.#waker);
    this.#symbols.close(this.#epoll);
  }

  /**
   * Closes it at once, while a thread may be sleeping in it. The thread wakes and
   * checks both descriptors again; closed ones end its call. That is why it sleeps
   * in `poll`: `epoll_wait` would sleep on. If both numbers belonged to other files
   * by then, it would sleep on too, so it gets a moment before they are closed.
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
