/**
 * What `./transports/websocket` is in a browser: `connect`, by the WebSocket of the
 * browser. It loads no server and no `ws`.
 *
 * @module
 */
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { StreamBody } from "../protocol/body.ts";
import { connectWebSocket } from "../transports/websocket/connect.ts";
import type { WebSocketConnectOptions } from "../transports/websocket/connect_options.ts";
import { openInBrowser } from "../transports/websocket/open_in_browser.ts";
import type { WebSocketAddress } from "../transports/websocket/web_socket_address.ts";
import type { WebSocketInfo } from "../transports/websocket/web_socket_transport.ts";

/**
 * Connects to a server of WebSockets and runs the connection. A page may connect to the
 * server that it comes from; others have to allow its origin.
 *
 * @throws {Error} An error named ConnectionRefused, whatever the cause: the browser
 * doesn't tell it.
 * @throws {TypeError} If the address has another form, or the token is empty.
 * @throws {RangeError} If a limit is out of its range.
 * @throws The reason of the signal, when it fires.
 */
export function connect(
  address: string | WebSocketAddress,
  options?: WebSocketConnectOptions & PeerConnectOptions<WebSocketInfo>,
): Promise<PeerHandle<StreamBody, WebSocketInfo>> {
  return Peer.connect(CONNECTOR, address, options);
}

const CONNECTOR = {
  connect: (
    address: string | WebSocketAddress,
    options?: WebSocketConnectOptions,
  ) => connectWebSocket(address, options, openInBrowser),
};

export * from "../transports/websocket/mod.ts";
