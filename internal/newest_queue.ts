import { Queue } from "./queue.ts";

/** A queue of the newest items: one more than its limit drops the oldest. */
export class NewestQueue<T> {
  readonly #limit: number;
  readonly #items = new Queue<T>();
  #dropped = 0;

  /**
   * Makes an empty one.
   *
   * @param limit How many items it holds; see `checkKeep`.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many items are in it. */
  get length(): number {
    return this.#items.length;
  }

  /** How many items it has dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Adds an item at the end.
   *
   * @returns The first item, if it was full: whoever pushes releases what belongs
   * to that; else undefined.
   */
  push(item: T): T | undefined {
    this.#items.push(item);
    if (this.#items.length <= this.#limit) return undefined;
    this.#dropped++;
    return this.#items.shift();
  }

  /** Whether an item passes a test. */
  some(test: (item: T) => boolean): boolean {
    return this.#items.some(test);
  }

  /** Takes the first item; undefined if there is none. */
  shift(): T | undefined {
    return this.#items.shift();
  }

  /** Takes all items, in order; none of them counts as dropped. */
  drain(): T[] {
    return this.#items.drain();
  }
}
