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
