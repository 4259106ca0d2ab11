import { ffiGranted, requireFfi } from "./ffi_granted.ts";
import { type LibcSymbols, SYMBOLS } from "./symbols.ts";

// glibc's name. It works with musl too, whose loader resolves every "libc.*" to
// itself.
const LIBRARY = "libc.so.6";

interface Loaded {
  readonly symbols: LibcSymbols;
  readonly errno: Deno.UnsafePointerView;
  close(): void;
}

/**
 * The C library, open while there are holders.
 *
 * - All holders share one; the last `Symbol.dispose` closes it.
 * - Each function is looked up at its first use: that takes Deno some 0.1 ms.
 */
export class Libc implements Disposable {
  static #shared: Loaded | null = null;
  static #holders = 0;
  #loaded: Loaded | null;

  private constructor(loaded: Loaded) {
    this.#loaded = loaded;
    Libc.#holders++;
  }

  /** Opens it; null if FFI isn't granted or the library isn't found. */
  static open(): Libc | null {
    // The permission is asked for only if the library isn't open, as asking takes
    // longer than most calls.
    if (Libc.#shared === null && !ffiGranted()) return null;
    Libc.#shared ??= load();
    return Libc.#shared && new Libc(Libc.#shared);
  }

  /**
   * Opens it.
   *
   * @param what What needs it, such as "A Unix seqpacket socket".
   * @throws {Deno.errors.NotSupported} on another system, or without glibc or musl
   * @throws {Deno.errors.NotCapable} without `--allow-ffi`
   */
  static require(what: string): Libc {
    requireFfi(what);
    const libc = Libc.open();
    if (libc !== null) return libc;
    throw new Deno.errors.NotSupported(`${what} needs ${LIBRARY}`);
  }

  /** Adds a holder, which has to be disposed too. */
  retain(): Libc {
    return new Libc(this.#held());
  }

  /** @throws {TypeError} if this holder has let go of it */
  get symbols(): LibcSymbols {
    return this.#held().symbols;
  }

  /** The error of the last call; read it right after a synchronous one. */
  errno(): number {
    return this.#held().errno.getInt32(0);
  }

  [Symbol.dispose](): void {
    if (this.#loaded === null) return;
    this.#loaded = null;
    if (--Libc.#holders > 0) return;
    Libc.#shared?.close();
    Libc.#shared = null;
  }

  #held(): Loaded {
    if (this.#loaded === null) throw new TypeError("The C library is closed");
    return this.#loaded;
  }
}

function load(): Loaded | null {
  const libraries: Deno.DynamicLibrary<Deno.ForeignLibraryInterface>[] = [];
  const symbols = {};
  for (const [name, definition] of Object.entries(SYMBOLS)) {
    Object.defineProperty(symbols, name, {
      configurable: true,
      get(): unknown {
        const library = Deno.dlopen(LIBRARY, { [name]: definition });
        libraries.push(library);
        const value = library.symbols[name];
        Object.defineProperty(symbols, name, { value });
        return value;
      },
    });
  }
  const table = symbols as LibcSymbols;
  let location: Deno.PointerValue;
  try {
    location = table.__errno_location();
  } catch {
    return null;
  }
  return {
    symbols: table,
    // The address of errno is fixed, as JavaScript stays on its thread.
    errno: new Deno.UnsafePointerView(location!),
    close: () => libraries.forEach((library) => library.close()),
  };
}
