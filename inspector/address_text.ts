import type { SocketAddr } from "../transports/acceptor.ts";

/** What stands in front of the path of a socket file. */
const PATH_SCHEMES: Readonly<Record<string, string>> = {
  unix: "unix:",
  "unix-seqpacket": "unix+seqpacket:",
  "unix-shm": "unix+shm:",
};

/** The address of a listener as `connect` takes it, for people. */
export function addressText(addr: SocketAddr): string {
  const { transport, hostname = "", port, path } = addr as {
    readonly transport: string;
    readonly hostname?: string;
    readonly port?: number;
    readonly path?: string;
  };
  const scheme = PATH_SCHEMES[transport];
  if (scheme !== undefined) return `${scheme}${path}`;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  if (port === undefined) return transport;
  return `${transport === "websocket" ? "ws" : transport}://${host}:${port}`;
}
