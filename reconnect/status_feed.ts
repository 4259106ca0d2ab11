import { NewestQueue } from "../internal/queue.ts";
import { promiseTry } from "../internal/promises.ts";
import { Waiters } from "../internal/waiters.ts";
import type { LinkStatus } from "./link_status.ts";

/** How many changes wait for a loop that is slow; older ones are dropped. */
const KEPT = 64;

/** Tells observers of a link what becomes of it. */
export class StatusFeed {
  readonly #observers = new Set<(status: LinkStatus) => unknown>();
  readonly #report: (error: unknown) => void;

  /**
   * Has no observers yet.
   *
   * @param report Gets what they throw.
   */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** How many observe. */
  get size(): number {
    return this.#observers.size;
  }

  /** Calls back with each change, until what it gives is called. */
  observe(observer: (status: LinkStatus) => unknown): () => void {
    // The same function may be given twice.
    const call = (status: LinkStatus): unknown => observer(status);
    this.#observers.add(call);
    return () => void this.#observers.delete(call);
  }

  /** Tells all. What one throws or rejects with is reported. */
  tell(status: LinkStatus): void {
    for (const observer of [...this.#observers]) {
      promiseTry(() => observer(status)).catch(this.#report);
    }
  }

  /** Iterates over a status and all that follow, up to `closed`. */
  iterate(first: LinkStatus): AsyncIterableIterator<LinkStatus> {
    const queue = new NewestQueue<LinkStatus>(KEPT);
    const waiters = new Waiters<void>();
    let over = first.state === "closed";
    queue.push(first);
    const stop = this.observe((status) => {
      queue.push(status);
      if (status.state === "closed") end();
      waiters.resolveAll();
    });
    function end(): void {
      over = true;
      stop();
      waiters.resolveAll();
    }
    if (over) stop();
    return {
      async next(): Promise<IteratorResult<LinkStatus>> {
        for (;;) {
          const value = queue.shift();
          if (value !== undefined) return { done: false, value };
          if (over) return { done: true, value: undefined };
          await waiters.wait();
        }
      },
      return(): Promise<IteratorResult<LinkStatus>> {
        queue.drain();
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
