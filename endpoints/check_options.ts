import type { TransportName } from "./address.ts";

const OF_TLS = { where: ["tls"], what: "TLS (tls://)" } as const;
const OF_WEB_SOCKETS = {
  where: ["websocket"],
  what: "WebSockets (ws://, wss://)",
} as const;
const OF_CERTIFICATES = {
  where: ["tls", "websocket"],
  what: "TLS (tls://) and of WebSockets (wss://)",
} as const;
const OF_NATS = { where: ["nats"], what: "NATS (nats://)" } as const;
const OF_FILES = {
  where: ["unix", "unix-seqpacket", "unix-shm"],
  what: "Unix sockets, which have a file",
} as const;
const OF_STREAM_SOCKETS = {
  where: ["tcp", "unix"],
  what: "TCP and Unix stream sockets (tcp://, unix:)",
} as const;

interface Owner {
  readonly where: readonly TransportName[];
  readonly what: string;
}

/** Options that decide who is at the other end, who is let in, or what is used. */
const OWNERS: Readonly<Record<string, Owner>> = {
  token: OF_WEB_SOCKETS,
  caCerts: OF_CERTIFICATES,
  cert: OF_CERTIFICATES,
  key: OF_CERTIFICATES,
  clientCa: OF_TLS,
  alpn: OF_TLS,
  nats: OF_NATS,
  mode: OF_FILES,
  reactor: OF_STREAM_SOCKETS,
};

/**
 * Refuses options that the transport doesn't have, and that must not be ignored.
 *
 * @throws {TypeError} If there is one.
 */
export function checkOptions(
  transport: TransportName,
  options: object | undefined,
): void {
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, { where, what }] of Object.entries(OWNERS)) {
    if (given[name] === undefined || where.includes(transport)) continue;
    throw new TypeError(`${name} is an option of ${what}`);
  }
}
