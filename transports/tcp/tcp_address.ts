import type { NetAddr } from "../sockets/conn.ts";

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

/** A parsed address, as Deno.connect and Deno.listen take it. */
export interface TcpTarget {
  /** The port, from 0 to 65535. */
  port: number;
  /** The host name or address, without brackets. */
  hostname?: string;
}

const PATTERN = /^(?:tcp:\/\/)?(\[[0-9a-fA-F:.%\w]+\]|[^\s:/@[\]]+):(\d+)$/;

/** Whether a text has a form of a TCP address. */
export function isTcpAddress(address: string): boolean {
  return PATTERN.test(address);
}

/**
 * Reads an address.
 *
 * @throws {TypeError} If it has another form.
 * @throws {RangeError} If the port is no integer from 0 to 65535.
 */
export function parseTcpAddress(address: string | TcpAddress): TcpTarget {
  if (typeof address !== "string") {
    return {
      port: checkPort(address.port),
      ...(address.hostname === undefined ? {} : { hostname: address.hostname }),
    };
  }
  const match = PATTERN.exec(address);
  if (match === null) {
    throw new TypeError(
      `A TCP address must look like "tcp://host:port", "host:port" or "[::1]:port", got ${
        JSON.stringify(address)
      }`,
    );
  }
  const host = match[1]!;
  return {
    hostname: host.startsWith("[") ? host.slice(1, -1) : host,
    port: checkPort(Number(match[2])),
  };
}

/** An address as a text that can be connected to, for errors. */
export function formatTcpTarget({ hostname, port }: TcpTarget): string {
  if (hostname === undefined) return `port ${port}`;
  return `tcp://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  // With quotes, as the error would otherwise show a port that looks valid.
  const got = typeof port === "string" ? JSON.stringify(port) : String(port);
  throw new RangeError(
    `A port must be an integer from 0 to 65535, got ${got}`,
  );
}
