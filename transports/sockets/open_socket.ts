import { isSystemError } from "../../internal/runtime/errors.ts";
import { unlessAborted } from "../../internal/abort.ts";
import { deno } from "../../internal/runtime/deno.ts";
import type { TcpConn, TcpListener, UnixConn } from "./conn.ts";
import { formatHostPort, type HostPort } from "./host_port.ts";

type ErrorClass = new (message: string, options?: ErrorOptions) => Error;

/**
 * Puts what was tried in front of the text of an error of Deno's, which names no
 * address. The class and `code` stay. Errors about permissions or arguments, and
 * those that are no errors of the system, stay as they are.
 *
 * @param doing What was tried, such as "Cannot connect to tcp://127.0.0.1:1337".
 * @param hint A text to append.
 */
export function withAddress(
  error: unknown,
  doing: string,
  hint = "",
): unknown {
  if (!(error instanceof Error) || !isSystemError(error)) return error;
  const named = new (error.constructor as ErrorClass)(
    `${doing}: ${error.message}${hint}`,
    { cause: error },
  );
  const { code } = error as { code?: unknown };
  return code === undefined ? named : Object.assign(named, { code });
}

/**
 * Connects with a signal. When the signal fires, rejects with its reason; if the
 * connection is made later, closes it.
 */
export async function connectSocket<C extends Disposable>(
  connect: () => Promise<C>,
  signal: AbortSignal | undefined,
): Promise<C> {
  if (signal === undefined) return await connect();
  signal.throwIfAborted();
  const pending = connect();
  try {
    return await unlessAborted(pending, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    pending.then((conn) => conn[Symbol.dispose](), () => {});
    throw signal.reason;
  }
}

/**
 * Refuses to listen synchronously outside of Deno: in Node and Bun it is known only
 * later whether a socket listens.
 *
 * @param subPath The sub-path of the transport, for the text.
 * @throws {TypeError} Outside of Deno.
 */
export function requireAtOnce(subPath: string): void {
  if (deno !== undefined) return;
  throw new TypeError(
    `listen is synchronous, and sockets listen at once in Deno only: use "await bind(address, options)" of @fizyr/rpc or @fizyr/rpc/${subPath}`,
  );
}

// What only Node and Bun need is loaded there.

/**
 * Connects by TCP, by what the runtime has.
 *
 * @param scheme That of the address, for errors.
 */
export async function connectTcp(
  target: HostPort,
  signal: AbortSignal | undefined,
  scheme = "tcp",
): Promise<TcpConn> {
  try {
    if (deno !== undefined) {
      return await Deno.connect(signal ? { ...target, signal } : target);
    }
    const { connectNodeTcp } = await import("./node_connect.ts");
    return await connectNodeTcp(target, signal);
  } catch (error) {
    const where = formatHostPort(scheme, target);
    throw withAddress(error, `Cannot connect to ${where}`);
  }
}

/** Listens by TCP, at once; in Deno only. */
export function listenTcp(target: HostPort, scheme = "tcp"): TcpListener {
  try {
    return Deno.listen(target);
  } catch (error) {
    throw cannotListen(target, scheme, error);
  }
}

/** Listens by TCP, by what the runtime has. */
export async function bindTcp(
  target: HostPort,
  scheme = "tcp",
): Promise<TcpListener> {
  if (deno !== undefined) return listenTcp(target, scheme);
  try {
    const { listenNodeTcp } = await import("./node_listener.ts");
    return await listenNodeTcp(target);
  } catch (error) {
    throw cannotListen(target, scheme, error);
  }
}

function cannotListen(
  target: HostPort,
  scheme: string,
  error: unknown,
): unknown {
  return withAddress(
    error,
    `Cannot listen on ${formatHostPort(scheme, target)}`,
  );
}

/** Connects to the path of a Unix socket, by what the runtime has. */
export async function openUnix(path: string): Promise<UnixConn> {
  if (deno !== undefined) {
    return await Deno.connect({ transport: "unix", path });
  }
  const { connectNodeUnix } = await import("./node_connect.ts");
  return await connectNodeUnix(path);
}
