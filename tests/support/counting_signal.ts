/** A signal that counts who listens to it. */
export class CountingSignal {
  readonly #controller = new AbortController();
  /** The signal. */
  readonly signal: AbortSignal = this.#controller.signal;
  /** Those that listen, and whether it is for once. */
  readonly #listeners = new Map<unknown, boolean>();
  /** How many listened at once, at most. */
  most = 0;
  /** How often a listener was added. */
  added = 0;

  constructor() {
    const { signal } = this;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      this.added++;
      const [, listener, options] = args;
      this.#listeners.set(
        listener,
        typeof options === "object" && options.once === true,
      );
      this.most = Math.max(this.most, this.listeners);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      this.#listeners.delete(args[1]);
      remove(...args);
    };
  }

  /** How many listen now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Lets it fire. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
    for (const [listener, once] of this.#listeners) {
      if (once) this.#listeners.delete(listener);
    }
  }
}
