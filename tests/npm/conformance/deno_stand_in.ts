/**
 * What the suite in `tests/conformance/` uses of `Deno`, in Node and Bun. It stands
 * in for the name only: there is no global `Deno`, so the library takes what these
 * runtimes have.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import process from "node:process";
import * as errors from "../../../internal/runtime/errors.ts";

/** A test of the suite. */
export interface Test {
  readonly name: string;
  fn(): void | Promise<void>;
}

/** What was registered. */
export const tests: Test[] = [];

function test(
  nameOrTest: string | (Test & { readonly ignore?: boolean }),
  fn?: () => void | Promise<void>,
): void {
  if (typeof nameOrTest === "string") tests.push({ name: nameOrTest, fn: fn! });
  else if (!nameOrTest.ignore) tests.push(nameOrTest);
}

export const Deno = {
  test,
  errors,
  build: { os: process.platform },
  permissions: {
    querySync: ({ name }: { name: string }) => ({
      // No FFI, and no processes of Deno.
      state: ["net", "read", "write", "env"].includes(name)
        ? "granted"
        : "denied",
    }),
  },
  // Each runtime runs the whole suite over the transport that it is asked for.
  env: {
    get: (name: string): string | undefined =>
      name === "TRANSPORTS" ? "all" : undefined,
  },
  makeTempDir: ({ prefix }: { prefix: string }) =>
    mkdtemp(`${tmpdir()}/${prefix}`),
  remove: (path: string, options: { recursive: boolean }) => rm(path, options),
};

// What Node 22 lacks, for the tests: the library does without.
Promise.try ??= async <T, U extends unknown[]>(
  call: (...args: U) => T | PromiseLike<T>,
  ...args: U
): Promise<Awaited<T>> => await call(...args);

globalThis.AsyncDisposableStack ??= class {
  readonly #callbacks: (() => unknown)[] = [];

  defer(callback: () => unknown): void {
    this.#callbacks.push(callback);
  }

  use<T extends AsyncDisposable | Disposable | null | undefined>(value: T): T {
    this.defer(() => {
      if (value == null) return;
      return Symbol.asyncDispose in value
        ? value[Symbol.asyncDispose]()
        : value[Symbol.dispose]();
    });
    return value;
  }

  async disposeAsync(): Promise<void> {
    for (let last; (last = this.#callbacks.pop());) await last();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync();
  }
} as unknown as AsyncDisposableStackConstructor;
