import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import { waits } from "./disown.ts";

const ENDED = EPOLLHUP | EPOLLERR;

/** What is waited for: something to read, or room to write. */
export type Direction = typeof EPOLLIN | typeof EPOLLOUT;

interface Wait {
  readonly direction: Direction;
  /** Tries the read or write; whether it was done. */
  readonly attempt: () => boolean;
  readonly reject: (error: unknown) => void;
}

/**
 * The calls that wait until a descriptor is ready. They wait through the reactor,
 * without a thread, and are served in order.
 */
export class Readiness implements Watched {
  static readonly #byNumber = new Map<number, Readiness>();
  readonly fd: number;
  readonly #reactor: Reactor;
  readonly #waits = new Set<Wait>();
  #ended: Promise<void> | undefined = undefined;

  private constructor(libc: Libc, fd: number) {
    this.fd = fd;
    this.#reactor = Reactor.watch(libc, this);
    Readiness.#byNumber.set(fd, this);
    waits.set(fd, this);
  }

  /**
   * Tries something whenever a descriptor may be ready, until it gives a result.
   *
   * @param attempt Must not wait. Gives null if it would have to.
   * @throws {Error} What `attempt` throws; `Interrupted` if `interrupt` ends the
   * wait; or an error if the kernel can't watch such a file.
   */
  static async wait<T>(
    libc: Libc,
    fd: number,
    direction: Direction,
    attempt: () => T | null,
  ): Promise<T> {
    const readiness = Readiness.#byNumber.get(fd) ?? new Readiness(libc, fd);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait: Wait = {
      direction,
      attempt: () => {
        const result = attempt();
        if (result !== null) resolve(result);
        return result !== null;
      },
      reject,
    };
    readiness.#waits.add(wait);
    readiness.#reactor.want(fd, direction);
    try {
      return await promise;
    } finally {
      await readiness.#remove(wait);
    }
  }

  onReady(events: number): number {
    return this.#try(EPOLLIN, events) + this.#try(EPOLLOUT, events);
  }

  onFailed(error: unknown): void {
    for (const wait of this.#waits) wait.reject(error);
    this.#end();
  }

  /** Ends all waits, as the descriptor is being closed. */
  close(): void {
    this.onFailed(
      new Deno.errors.Interrupted("The file descriptor was closed"),
    );
  }

  /** Serves the calls that wait for one direction; how many were done. */
  #try(direction: Direction, events: number): number {
    if ((events & (direction | ENDED)) === 0) return 0;
    let served = 0;
    for (const wait of this.#waits) {
      if (wait.direction !== direction) continue;
      try {
        // The order holds: if the first call isn't done, the others have to wait.
        if (!wait.attempt()) return served;
      } catch (error) {
        wait.reject(error);
      }
      this.#waits.delete(wait);
      served++;
    }
    this.#reactor.drop(this.fd, direction);
    return served;
  }

  #remove(wait: Wait): Promise<void> | undefined {
    this.#waits.delete(wait);
    if (this.#waits.size === 0) this.#end();
    return this.#ended;
  }

  #end(): void {
    if (Readiness.#byNumber.get(this.fd) !== this) return;
    Readiness.#byNumber.delete(this.fd);
    waits.delete(this.fd);
    this.#waits.clear();
    this.#ended = this.#reactor.unwatch(this.fd);
  }
}
