import type { NetAddr } from "../sockets/conn.ts";
import {
  checkPort,
  type HostPort,
  isHostPort,
  parseHostPort,
} from "../sockets/host_port.ts";

/**
 * Where to connect or listen: `"tcp://host:port"`, `"host:port"` or
 * `"[::1]:port"`, or an object. Without a hostname, connecting goes to 127.0.0.1
 * and listening to 0.0.0.0, as in Deno.
 */
export type TcpAddress =
  | `tcp://${string}:${number}`
  | `${string}:${number}`
  | {
    readonly transport?: "tcp";
    readonly hostname?: string;
    readonly port: number;
  };

/** The address of a TCP listener, as Deno's; it can be connected to as it is. */
export interface TcpAddr extends NetAddr {
  /** The transport. */
  transport: "tcp";
}

/** Whether a text has a form of a TCP address. */
export function isTcpAddress(address: string): boolean {
  return isHostPort(withoutScheme(address));
}

/**
 * Reads an address.
 *
 * @throws {TypeError} If it has another form.
 * @throws {RangeError} If the port is no integer from 0 to 65535.
 */
export function parseTcpAddress(address: string | TcpAddress): HostPort {
  if (typeof address !== "string") {
    return {
      port: checkPort(address.port),
      ...(address.hostname === undefined ? {} : { hostname: address.hostname }),
    };
  }
  const target = parseHostPort(withoutScheme(address));
  if (target !== null) return target;
  throw new TypeError(
    `A TCP address must look like "tcp://host:port", "host:port" or "[::1]:port", got ${
      JSON.stringify(address)
    }`,
  );
}

function withoutScheme(address: string): string {
  return address.startsWith("tcp://") ? address.slice(6) : address;
}
