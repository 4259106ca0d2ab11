import type { Libc } from "./libc.ts";

type ErrorClass = new (message: string) => Error;

/** The classes that Deno's own calls give, by errno (Linux, generic). */
const CLASSES: Readonly<Record<number, ErrorClass>> = {
  1: Deno.errors.PermissionDenied,
  2: Deno.errors.NotFound,
  9: Deno.errors.BadResource,
  11: Deno.errors.WouldBlock,
  13: Deno.errors.PermissionDenied,
  17: Deno.errors.AlreadyExists,
  20: Deno.errors.NotADirectory,
  21: Deno.errors.IsADirectory,
  32: Deno.errors.BrokenPipe,
  40: Deno.errors.FilesystemLoop,
  98: Deno.errors.AddrInUse,
  99: Deno.errors.AddrNotAvailable,
  103: Deno.errors.ConnectionAborted,
  104: Deno.errors.ConnectionReset,
  107: Deno.errors.NotConnected,
  110: Deno.errors.TimedOut,
  111: Deno.errors.ConnectionRefused,
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
  const Class = CLASSES[number] ?? Error;
  return new Class(`${doing}: ${reason} (os error ${number})${hint}`);
}
