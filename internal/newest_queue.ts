import { Queue } from "./queue.ts";

/** A queue of the newest items: one more than its limit drops the oldest. */
export class NewestQueue<T> {
  readonly #limit: number;
  readonly #onDrop: (item: T) => void;
  readonly #items = new Queue<T>();
  #dropped = 0;

  /**
   * Makes an empty one.
   *
   * @param limit How many items it holds; see `keepLimit`.
   * @param onDrop Gets each dropped item, which is in the queue no more, and
   * releases what belongs to it.
   */
  constructor(limit: number, onDrop: (item: T) => void) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  /** How many items are in it. */
  get length(): number {
    return this.#items.length;
  }

  /** How many items it has dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an item at the end; if it is full, the first one is dropped. */
  push(item: T): void {
    const oldest = this.#items.length < this.#limit
      ? undefined
      : this.#items.shift();
    this.#items.push(item);
    if (oldest === undefined) return;
    this.#dropped++;
    this.#onDrop(oldest);
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
