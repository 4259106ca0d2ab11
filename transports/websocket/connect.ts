import type {
  OpenRequest,
  WebSocketConnectOptions,
  WebSocketTlsOptions,
} from "./connect_options.ts";
import { offerOf } from "./subprotocol.ts";
import {
  parseWebSocketAddress,
  type WebSocketAddress,
} from "./web_socket_address.ts";
import {
  checkConfig,
  type WebSocketTransport,
} from "./web_socket_transport.ts";

/**
 * Connects to an address, with the WebSocket of the runtime.
 *
 * @param open Opens it.
 * @throws {TypeError} If the address has no known form, or the token is empty.
 * @throws {RangeError} If a limit is out of its range.
 */
export async function connectWebSocket(
  address: string | WebSocketAddress,
  options: WebSocketConnectOptions & WebSocketTlsOptions = {},
  open: (request: OpenRequest) => Promise<WebSocketTransport>,
): Promise<WebSocketTransport> {
  const url = parseWebSocketAddress(address);
  checkConfig(options);
  const { token, plain = false } = options;
  if (url.protocol === "ws:") checkNoCertificates(options);
  if (plain && token !== undefined) {
    throw new TypeError(
      "A token travels as a subprotocol, and a plain connection has none",
    );
  }
  const offer = plain ? [] : offerOf(token);
  options.signal?.throwIfAborted();
  return await open({ url, offer, options });
}

/** Refuses what would have to be enforced, and can't be. */
function checkNoCertificates(options: WebSocketTlsOptions): void {
  for (const name of ["caCerts", "cert", "key"] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(`${name} is for wss://, and ws:// has no TLS`);
  }
}
