import { type LibcSymbols, SYMBOLS } from "./symbols.ts";
import { deno } from "../../internal/runtime/deno.ts";
import { NotSupported } from "../../internal/runtime/errors.ts";

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

  /** Opens it; null if FFI isn't granted, or no longer, or the library isn't found. */
  static open(): Libc | null {
    return ffiGranted() ? Libc.#open() : null;
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
    const libc = Libc.#open();
    if (libc !== null) return libc;
    throw new Deno.errors.NotSupported(`${what} needs ${LIBRARY}`);
  }

  static #open(): Libc | null {
    Libc.#shared ??= load();
    return Libc.#shared && new Libc(Libc.#shared);
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

/**
 * Whether the structs of a system's C library are known here.
 *
 * @param build The system. Default: this one; null outside of Deno.
 */
export function supported(
  build: { readonly os: string; readonly arch: string } | null = thisBuild(),
): boolean {
  if (build === null) return false;
  const { os, arch } = build;
  return os === "linux" && (arch === "x86_64" || arch === "aarch64");
}

/**
 * Whether the C library may be used: on Linux (x86-64 or arm64), with
 * `--allow-ffi` granted without a scope. Never prompts.
 */
export function ffiGranted(): boolean {
  return supported() &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/**
 * Asks for the permission to use the C library.
 *
 * @param what What needs it, such as "A Unix seqpacket socket".
 * @throws {Deno.errors.NotSupported} On another system.
 * @throws {Deno.errors.NotCapable} Without `--allow-ffi`, unscoped.
 */
export function requireFfi(what: string): void {
  requireSystem(what);
  if (Deno.permissions.requestSync({ name: "ffi" }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `${what} is reached through the system's C library: run again with the --allow-ffi flag, without a scope`,
  );
}

/**
 * Refuses what can't be reached on this system, before anything is asked for.
 *
 * @param what What needs the C library.
 * @throws {Deno.errors.NotSupported} On another system, and outside of Deno.
 */
export function requireSystem(what: string): void {
  if (supported()) return;
  const build = thisBuild();
  throw new NotSupported(
    build === null
      ? `${what} needs Deno, whose FFI reaches the system's C library`
      : `${what} needs Linux on x86-64 or arm64, and this is ${build.os} on ${build.arch}`,
  );
}

/** The system that Deno runs on; null outside of Deno. */
function thisBuild(): typeof Deno.build | null {
  return deno === undefined ? null : Deno.build;
}

/** The classes that Deno's own calls give, by errno (Linux, generic). */
const CLASSES: Readonly<Record<number, keyof typeof Deno.errors>> = {
  1: "PermissionDenied",
  2: "NotFound",
  9: "BadResource",
  11: "WouldBlock",
  13: "PermissionDenied",
  17: "AlreadyExists",
  20: "NotADirectory",
  21: "IsADirectory",
  32: "BrokenPipe",
  40: "FilesystemLoop",
  98: "AddrInUse",
  99: "AddrNotAvailable",
  101: "NetworkUnreachable",
  103: "ConnectionAborted",
  104: "ConnectionReset",
  107: "NotConnected",
  110: "TimedOut",
  111: "ConnectionRefused",
};

/**
 * The error of a failed call, of the class that Deno would give.
 *
 * @param doing What failed, such as "Cannot connect to /run/x".
 * @param errno Read right after the call. Default: that of the last one.
 * @param hint A text to append.
 */
export function osError(
  libc: Libc,
  doing: string,
  errno?: number,
  hint = "",
): Error {
  const number = errno ?? libc.errno();
  const text = libc.symbols.strerror(number);
  const reason = text === null
    ? "Unknown error"
    : Deno.UnsafePointerView.getCString(text);
  const name = CLASSES[number];
  const Class = name === undefined ? Error : Deno.errors[name];
  return new Class(`${doing}: ${reason} (os error ${number})${hint}`);
}
