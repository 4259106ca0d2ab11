import type { TransportName } from "./address.ts";

/** What is done with options: `listen` and `bind` are both `"bind"`. */
type Doing = "connect" | "bind";

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
  /** The only one that takes it; by default both do. */
  readonly by?: Doing;
}

/** Options that decide who is at the other end, who is let in, or what is used. */
const OWNERS: Readonly<Record<string, Owner>> = {
  token: { ...OF_WEB_SOCKETS, by: "connect" },
  allowedOrigins: { ...OF_WEB_SOCKETS, by: "bind" },
  allowedHosts: { ...OF_WEB_SOCKETS, by: "bind" },
  caCerts: { ...OF_CERTIFICATES, by: "connect" },
  cert: OF_CERTIFICATES,
  key: OF_CERTIFICATES,
  clientCa: { ...OF_TLS, by: "bind" },
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
  doing: Doing,
  options: object | undefined,
): void {
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, { where, what, by = doing }] of Object.entries(OWNERS)) {
    if (given[name] === undefined) continue;
    if (!where.includes(transport)) {
      throw new TypeError(`${name} is an option of ${what}`);
    }
    if (by !== doing) {
      throw new TypeError(`${name} is an option of ${by}, and not of ${doing}`);
    }
  }
}
