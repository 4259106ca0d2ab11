/** Counts what is open at once, in one place or in several together. */
export class SharedCount {
  /** How many may be open. */
  readonly limit: number;
  /** How many are open. */
  open = 0;

  /** Begins with none. */
  constructor(limit: number = Infinity) {
    this.limit = limit;
  }

  /** Whether no further one may be opened. */
  get full(): boolean {
    return this.open >= this.limit;
  }
}
