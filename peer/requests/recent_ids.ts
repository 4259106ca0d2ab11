const FIRST_LENGTH = 16;

/** The newest of many ids. It takes memory for as many as there have been, up to its limit. */
export class RecentIds {
  readonly #limit: number;
  #ids: Uint32Array<ArrayBuffer> | null = null;
  #count = 0;

  /**
   * Remembers none yet.
   *
   * @param limit How many it remembers, a power of 2 of at least 16.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Remembers an id, in place of the oldest one if there are too many. */
  add(id: number): void {
    let ids = this.#ids ??= new Uint32Array(FIRST_LENGTH);
    if (this.#count === ids.length && ids.length < this.#limit) {
      const longer = new Uint32Array(2 * ids.length);
      longer.set(ids);
      ids = this.#ids = longer;
    }
    ids[this.#count++ % ids.length] = id;
  }

  /** Whether it remembers an id. */
  has(id: number): boolean {
    const index = this.#ids?.indexOf(id) ?? -1;
    return index >= 0 && index < this.#count;
  }
}
