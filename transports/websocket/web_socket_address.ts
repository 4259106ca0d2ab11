/**
 * Where to connect: `"ws://host:port/path"` or `"wss://host/path"`, or the address of a
 * listener.
 */
export type WebSocketAddress =
  | `ws://${string}`
  | `wss://${string}`
  | WebSocketAddr;

/** The address of a listener; it can be connected to as it is. */
export interface WebSocketAddr {
  /** The transport. */
  readonly transport: "websocket";
  /** The IP address. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** The path, which begins with `/`. */
  readonly path: string;
  /** Whether it is one of `wss://`; left out where it is one of `ws://`. */
  readonly secure?: boolean;
}

/** Whether a text has the form of the address of a WebSocket. */
function isWebSocketAddress(address: string): boolean {
  return /^wss?:\/\//i.test(address);
}

/**
 * Reads an address.
 *
 * @throws {TypeError} If it has another form, or holds a user, a password or a fragment.
 */
export function parseWebSocketAddress(address: string | WebSocketAddress): URL {
  const text = typeof address === "string" ? address : urlOf(address);
  const url = isWebSocketAddress(text) && URL.canParse(text)
    ? new URL(text)
    : null;
  if (url === null) {
    throw new TypeError(
      `A WebSocket address must look like "ws://host:port/path" or "wss://host/path", got ${
        JSON.stringify(text)
      }`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(
      "A WebSocket address can't hold a user or a password: use the token option",
    );
  }
  if (url.hash !== "" || text.endsWith("#")) {
    throw new TypeError("A WebSocket address can't have a fragment (#)");
  }
  return url;
}

function urlOf(addr: WebSocketAddr): string {
  const { hostname, port, path } = addr;
  if (addr.transport !== "websocket" || typeof hostname !== "string") {
    return JSON.stringify(addr);
  }
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  // What listens on all addresses is reached on this machine's own.
  const target = host === "0.0.0.0"
    ? "127.0.0.1"
    : host === "[::]"
    ? "[::1]"
    : host;
  return `${addr.secure ? "wss" : "ws"}://${target}:${port}${path}`;
}
