import { PERMISSIONS } from "../support/permissions.ts";

/** Which call of the C library is to fail. */
class FailingCalls {
  #name: string | null = null;
  #at = 0;
  #errno = 0;
  #calls = 0;
  /** How often each function was called since `count`. */
  counted: Record<string, number> = {};
  /** Whether the call that was to fail has come. */
  hasFailed = false;

  /** Counts calls from now on. */
  count(): void {
    this.counted = {};
  }

  /** The call of this function that comes after `at` - 1 others is to fail. */
  set(name: string, at: number, errno: number): void {
    this.#name = name;
    this.#at = at;
    this.#errno = errno;
    this.#calls = 0;
    this.hasFailed = false;
  }

  /** No call is to fail any more. */
  stop(): void {
    this.#name = null;
  }

  /** A function is called; the errno that it is to fail with, or 0. */
  called(name: string): number {
    this.counted[name] = (this.counted[name] ?? 0) + 1;
    if (name !== this.#name || ++this.#calls !== this.#at) return 0;
    this.hasFailed = true;
    return this.#errno;
  }
}

/** Which call is to fail. */
export const failing = new FailingCalls();

/** What a function of a library is, however it is called. */
type AnyFunction = (...args: unknown[]) => unknown;

let areWrapped = false;

/** Lets calls fail of libraries that are opened from now on. Those on threads never do. */
export function failCalls(): void {
  if (areWrapped) return;
  areWrapped = true;
  // Else the tests that let calls fail are ignored.
  if (!PERMISSIONS.ffi.granted) return;
  const open = Deno.dlopen;
  const { symbols } = open("libc.so.6", {
    __errno_location: { parameters: [], result: "pointer" },
  });
  const location = symbols.__errno_location()!;
  const errno = new Int32Array(
    Deno.UnsafePointerView.getArrayBuffer(location, 4),
  );
  const wrap = (name: string, result: unknown, call: AnyFunction) =>
  (
    ...args: unknown[]
  ): unknown => {
    const failure = failing.called(name);
    if (failure === 0) return call(...args);
    // A descriptor is closed whatever close() says.
    if (name === "close") call(...args);
    errno[0] = failure;
    if (result === "usize") return 2n ** 64n - 1n;
    return result === "pointer" ? null : -1;
  };
  const opening = (
    path: string | URL,
    wanted: Record<string, { readonly result?: unknown }>,
  ): unknown => {
    const library = open(path, wanted as Deno.ForeignLibraryInterface);
    const wrapped = Object.entries(library.symbols).map(([name, call]) => [
      name,
      name.endsWith("InThread") || call === null
        ? call
        : wrap(name, wanted[name]!.result, call as AnyFunction),
    ]);
    return {
      symbols: Object.fromEntries(wrapped),
      close: () => library.close(),
    };
  };
  Deno.dlopen = opening as unknown as typeof Deno.dlopen;
}
