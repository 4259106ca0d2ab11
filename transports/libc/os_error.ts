import type { Libc } from "./libc.ts";

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
