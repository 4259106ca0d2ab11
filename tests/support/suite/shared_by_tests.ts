/** Makes something, and gives what has to end with it to the stack. */
type Make<T> = (ending: AsyncDisposableStack) => T | Promise<T>;

/** What the tests of a worker share: it is there from before the first one to the end of the last one. */
export class SharedByTests<T> {
  readonly #make: Make<T>;
  #isRegistered = false;
  #value: T | null = null;

  /** Makes nothing until something is registered that needs it. */
  constructor(make: Make<T>) {
    this.#make = make;
  }

  /** It; null outside of the tests. */
  get value(): T | null {
    return this.#value;
  }

  /** Has it made before the tests, the first time. */
  register(): void {
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    const ending = new AsyncDisposableStack();
    Deno.test.beforeAll(async () => {
      this.#value = await this.#make(ending);
    });
    Deno.test.afterAll(async () => {
      this.#value = null;
      await ending.disposeAsync();
    });
  }
}
