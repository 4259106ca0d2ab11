import { deno } from "../../internal/runtime/deno.ts";
import { withAddress } from "../address_error.ts";
import type { TcpConn, TcpListener } from "./conn.ts";
import { formatHostPort, type HostPort } from "./host_port.ts";
import { connectNodeTcp } from "./node_connect.ts";
import { listenNodeTcp } from "./node_listener.ts";

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
    if (deno === undefined) return await connectNodeTcp(target, signal);
    return await Deno.connect(signal ? { ...target, signal } : target);
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
