import type { Clock } from "./clock.ts";

/**
 * Calls a function, and gives its result, or what it throws, as a promise. The same
 * as `Promise.try`, which Node 22 lacks.
 */
export function promiseTry<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve) => resolve(call()));
}

/** A promise that tells when somebody begins to wait for it. */
export class ObservedPromise<T> extends Promise<T> {
  #onWait: (() => void) | null = null;

  /** `then` gives an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /**
   * Observes a promise.
   *
   * @param onWait Called once, at the first `await`, `then`, `catch` or `finally`.
   */
  static observe<T>(
    promise: Promise<T>,
    onWait: () => void,
  ): ObservedPromise<T> {
    const observed = new ObservedPromise<T>((resolve) => resolve(promise));
    observed.#onWait = onWait;
    return observed;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const onWait = this.#onWait;
    this.#onWait = null;
    onWait?.();
    return super.then(onFulfilled, onRejected);
  }
}

/** Waits for a promise, for at most `ms` milliseconds. */
export async function waitAtMost(
  clock: Clock,
  ms: number,
  promise: Promise<unknown>,
): Promise<void> {
  const late = Promise.withResolvers<void>();
  const stop = clock.start(late.resolve, ms);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    stop();
  }
}
