const { setTimeout: start, clearTimeout: clear } = globalThis;

/** A timer that was started. */
export interface HeldTimer {
  /** After so many milliseconds it would go off. */
  readonly ms: number;
  /** Lets it go off. */
  fire(): void;
}

/** Keeps all timers that are started from going off, until it is disposed. */
export class HeldTimers implements Disposable {
  readonly #running = new Map<number, HeldTimer>();
  /** Those that `next` has not given. */
  readonly #started: HeldTimer[] = [];
  #last = 0;
  #waiter: PromiseWithResolvers<HeldTimer> | null = null;

  constructor() {
    const held = (callback: () => void, ms = 0): number => {
      const id = ++this.#last;
      this.#onStart(id, {
        ms,
        fire: () => {
          if (this.#running.delete(id)) callback();
        },
      });
      return id;
    };
    globalThis.setTimeout = held as unknown as typeof start;
    globalThis.clearTimeout = (id) => void this.#running.delete(Number(id));
  }

  /** How many would still go off. */
  get running(): number {
    return this.#running.size;
  }

  /** The next timer, in the order in which they are started. */
  next(): Promise<HeldTimer> {
    const timer = this.#started.shift();
    if (timer !== undefined) return Promise.resolve(timer);
    this.#waiter = Promise.withResolvers();
    return this.#waiter.promise;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = start;
    globalThis.clearTimeout = clear;
  }

  #onStart(id: number, timer: HeldTimer): void {
    this.#running.set(id, timer);
    if (this.#waiter === null) this.#started.push(timer);
    else this.#waiter.resolve(timer);
    this.#waiter = null;
  }
}
