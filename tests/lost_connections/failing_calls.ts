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

/** Lets calls fail of libraries that are opened from now on. Those on threads never do. */
export function failCalls(): void {
  const open = Deno.dlopen;
  const { symbols } = open("libc.so.6", {
    __errno_location: { parameters: [], result: "pointer" },
  });
  const location = symbols.__errno_location()!;
  const errno = new Int32Array(
    Deno.UnsafePointerView.getArrayBuffer(location, 4),
  );
  const wrap = (name: string, call: AnyFunction): AnyFunction => (...args) => {
    const failure = failing.called(name);
    // A descriptor is closed whatever close() says.
    const result = failure === 0 || name === "close" ? call(...args) : -1;
    if (failure !== 0) errno[0] = failure;
    return failure === 0 ? result : -1;
  };
  const opening = (
    path: string | URL,
    wanted: Deno.ForeignLibraryInterface,
  ): unknown => {
    const library = open(path, wanted);
    const wrapped = Object.entries(library.symbols).map(([name, call]) => [
      name,
      name.endsWith("InThread") || call === null
        ? call
        : wrap(name, call as AnyFunction),
    ]);
    return {
      symbols: Object.fromEntries(wrapped),
      close: () => library.close(),
    };
  };
  Deno.dlopen = opening as typeof Deno.dlopen;
}
