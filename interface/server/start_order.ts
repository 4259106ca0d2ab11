/**
 * Starts handlers in the order in which their messages have arrived, however long
 * the schema of one takes. The schemas run at the same time.
 */
export class StartOrder {
  /** Settles when all that came before have started; null if they have. */
  #last: Promise<void> | null = null;

  /** Whether nothing that came before has still to start. */
  get isIdle(): boolean {
    return this.#last === null;
  }

  /**
   * Calls `start` with a decoded body, once all that came before have started; at
   * once, if there is nothing to wait for. Calls `refuse` with why a body is
   * invalid, as soon as that is known.
   */
  run<T>(
    body: unknown,
    start: (body: unknown) => T,
    refuse: (error: unknown) => T,
  ): T | Promise<Awaited<T>> {
    if (this.#last === null && !(body instanceof Promise)) return start(body);
    return this.#wait(body, start, refuse);
  }

  async #wait<T>(
    body: unknown,
    start: (body: unknown) => T,
    refuse: (error: unknown) => T,
  ): Promise<Awaited<T>> {
    const before = this.#last;
    const own = Promise.withResolvers<void>();
    this.#last = own.promise;
    let value: unknown;
    try {
      value = body instanceof Promise ? await body : body;
    } catch (error) {
      // Nothing starts, so nothing has to be waited for.
      Promise.resolve(before).then(() => this.#started(own));
      return await refuse(error);
    }
    await before;
    let result: T;
    try {
      result = start(value);
    } finally {
      this.#started(own);
    }
    // Those behind have waited for the start only, not for the end.
    return await result;
  }

  #started({ promise, resolve }: PromiseWithResolvers<void>): void {
    resolve();
    if (this.#last === promise) this.#last = null;
  }
}
