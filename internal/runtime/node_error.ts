import type { ErrorClass } from "./deno.ts";
import {
  AddrInUse,
  AddrNotAvailable,
  AlreadyExists,
  BadResource,
  BrokenPipe,
  ConnectionAborted,
  ConnectionRefused,
  ConnectionReset,
  Interrupted,
  NotConnected,
  NotFound,
  PermissionDenied,
  TimedOut,
} from "./errors.ts";

/** The classes of Deno for the codes of Node and Bun. */
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  EACCES: PermissionDenied,
  EADDRINUSE: AddrInUse,
  EADDRNOTAVAIL: AddrNotAvailable,
  EBADF: BadResource,
  ECANCELED: Interrupted,
  ECONNABORTED: ConnectionAborted,
  ECONNREFUSED: ConnectionRefused,
  ECONNRESET: ConnectionReset,
  EEXIST: AlreadyExists,
  ENOENT: NotFound,
  ENOTCONN: NotConnected,
  EPERM: PermissionDenied,
  EPIPE: BrokenPipe,
  ERR_SOCKET_CLOSED: Interrupted,
  ERR_STREAM_DESTROYED: Interrupted,
  ETIMEDOUT: TimedOut,
};

/** An error of Node's modules, in the class that Deno has for it. `code` stays. */
export function fromNodeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  const type = CLASSES[String(code)];
  if (type === undefined) return error;
  // Of several addresses of a name, each has its own error, and all have no text.
  const [first] = Array.isArray(errors) ? errors : [];
  const text = error.message || String(first?.message ?? code);
  return Object.assign(new type(text, { cause: error }), { code });
}
