/** A host and a port, as Deno.connect and Deno.listen take them. */
export interface HostPort {
  /** The port, from 0 to 65535. */
  port: number;
  /** The host name or address, without brackets. */
  hostname?: string;
}

const HOST_PORT = /^(\[[0-9a-fA-F:.%\w]+\]|[^\s:/@[\]]+):(\d+)$/;

/** Whether a text is `host:port` or `[::1]:port`. */
export function isHostPort(text: string): boolean {
  return HOST_PORT.test(text);
}

/**
 * Reads `host:port` or `[::1]:port`; null if it is neither.
 *
 * @throws {RangeError} If the port is out of its range.
 */
export function parseHostPort(text: string): Required<HostPort> | null {
  const match = HOST_PORT.exec(text);
  if (match === null) return null;
  const host = match[1]!;
  return {
    hostname: host.startsWith("[") ? host.slice(1, -1) : host,
    port: checkPort(Number(match[2])),
  };
}

/** A host and a port as a text that can be connected to, for errors. */
export function formatHostPort(
  scheme: string,
  { hostname, port }: HostPort,
): string {
  if (hostname === undefined) return `port ${port}`;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${scheme}://${host}:${port}`;
}

/** @throws {RangeError} If the port is no integer from 0 to 65535. */
export function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  // With quotes, as the error would otherwise show a port that looks valid.
  const got = typeof port === "string" ? JSON.stringify(port) : String(port);
  throw new RangeError(
    `A port must be an integer from 0 to 65535, got ${got}`,
  );
}
