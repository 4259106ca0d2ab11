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
  NotSupported,
  PermissionDenied,
  TimedOut,
} from "./errors.ts";
import type { ErrorClass } from "./deno.ts";

/** The part of `process` that is used. */
interface NodeProcess {
  cwd(): string;
  umask(mask: number): number;
  getBuiltinModule(name: string): unknown;
}

/**
 * A module of Node's, in Node, Bun and Deno. They give it at once and without an
 * import, so that bundles for browsers hold no trace of it.
 *
 * @param what What needs it, such as "A TCP socket".
 * @throws {Error} NotSupported, where there is none.
 */
export function nodeModule<T>(name: string, what: string): T {
  return nodeProcess(what).getBuiltinModule(name) as T;
}

/**
 * The `process` of Node, which Bun and Deno have too.
 *
 * @throws {Error} NotSupported, where there is none.
 */
export function nodeProcess(what: string): NodeProcess {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (process?.getBuiltinModule !== undefined) return process;
  throw new NotSupported(`${what} needs Deno, Node of at least 22.3, or Bun`);
}

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
