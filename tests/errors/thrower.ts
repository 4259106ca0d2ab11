import { assertEquals, assertStrictEquals } from "@std/assert";

/** Throws at each error, and sees that what it throws goes to the console. */
export class Thrower implements Disposable {
  /** What it was called with. */
  readonly errors: unknown[] = [];
  /** What it has thrown. */
  readonly thrown: Error[] = [];
  readonly #logged: unknown[] = [];
  readonly #before = console.error;

  constructor() {
    console.error = (error: unknown): void => {
      this.#logged.push(error);
    };
  }

  readonly onError = (error: unknown): void => {
    this.errors.push(error);
    const thrown = new Error(`onError failed the ${this.errors.length}th time`);
    this.thrown.push(thrown);
    throw thrown;
  };

  /** Fails unless it was called with so many errors, and all it threw was logged. */
  check(count: number): void {
    assertEquals(this.errors.length, count);
    assertEquals(this.#logged.length, count);
    for (const [i, thrown] of this.thrown.entries()) {
      assertStrictEquals(this.#logged[i], thrown);
    }
  }

  [Symbol.dispose](): void {
    console.error = this.#before;
  }
}
