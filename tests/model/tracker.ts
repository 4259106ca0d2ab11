/** Keeps track of all promises that two applications have, and of what they were not to see. */
export class Tracker {
  readonly #pending = new Map<number, string>();
  #count = 0;
  /** The first thing that was not to be seen; null while there is none. */
  failure: unknown = null;

  /** What hasn't settled. */
  get pending(): string[] {
    return [...this.#pending.values()];
  }

  /** Whether all has settled. */
  get settled(): boolean {
    return this.#pending.size === 0;
  }

  /** Notes what the model forbids. */
  fail(error: unknown): void {
    this.failure ??= error;
  }

  /** Does something that the model may forbid. */
  try(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Waits for a promise, and tells what has become of it. */
  track<T>(
    what: string,
    promise: Promise<T>,
    onValue: (value: T) => void,
    onError: (error: unknown) => void,
  ): void {
    const id = this.#count++;
    this.#pending.set(id, what);
    promise.then(
      (value) => {
        this.#pending.delete(id);
        this.try(() => onValue(value));
      },
      (error) => {
        this.#pending.delete(id);
        this.try(() => onError(error));
      },
    );
  }
}
