/** Tells an item from others. */
export type Test<T, S extends T> =
  | ((item: T) => item is S)
  | ((item: T) => boolean);

/** A queue whose `shift` takes constant time. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many items are in it. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first item; undefined if there is none. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length === 0) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all items, in order. */
  drain(): T[] {
    const items = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return items;
  }

  /** Drops the items for which `test` is false. */
  keep(test: (item: T) => boolean): void {
    this.#items = (this.#items.slice(this.#head) as T[]).filter(test);
    this.#head = 0;
  }

  /** Whether one of the items passes a test. */
  some(test: (item: T) => boolean): boolean {
    return (this.#items.slice(this.#head) as T[]).some(test);
  }

  /** Takes out the first item that passes a test; undefined if none does. */
  remove<S extends T = T>(test: Test<T, S>): S | undefined {
    for (let i = this.#head; i < this.#items.length; i++) {
      const item = this.#items[i]!;
      if (!test(item)) continue;
      this.#items.splice(i, 1);
      // Else the test is a plain one, and S is T.
      return item as S;
    }
    return undefined;
  }

  /** The first item, which stays; undefined if there is none. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }
}

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
