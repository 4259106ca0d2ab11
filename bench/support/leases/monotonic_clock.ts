const CLOCK_MONOTONIC = 1;

/** A clock that two processes share: nanoseconds since the system started. */
export class MonotonicClock implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", {
    clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  });
  readonly #time = new BigInt64Array(2);

  /** Reads it. */
  now(): number {
    this.#library.symbols.clock_gettime(CLOCK_MONOTONIC, this.#time);
    return Number(this.#time[0]) * 1e9 + Number(this.#time[1]);
  }

  /** Closes the library. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}
