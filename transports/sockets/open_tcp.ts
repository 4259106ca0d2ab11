import { deno } from "../../internal/runtime/deno.ts";
import { withAddress } from "../address_error.ts";
import type { TcpConn, TcpListener } from "./conn.ts";
import { formatHostPort, type HostPort } from "./host_port.ts";

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
