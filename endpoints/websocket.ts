/**
 * WebSockets: `connect` in any runtime, servers in Deno, Node and Bun. Where both ends are
 * of this library they have backpressure and half-close as sockets have.
 *
 * Permissions in Deno: `--allow-net`, and for all but `acceptWebSocket`
 * `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`, for `npm:ws`.
 *
 * @example A client and a server
 * ```ts ignore
 * import { bind, connect } from "jsr:@fizyr/rpc/transports/websocket";
 *
 * await using listener = await bind("ws://127.0.0.1:0/rpc");
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * await using peer = await connect(listener.addr);
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
import { checkCa, checkPair } from "../transports/tls/check_certificates.ts";
import { deno } from "../internal/runtime/deno.ts";
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { StreamBody } from "../protocol/body.ts";
import { connectWebSocket } from "../transports/websocket/connect.ts";
import type {
  OpenRequest,
  WebSocketConnectOptions,
  WebSocketTlsOptions,
} from "../transports/websocket/connect_options.ts";
import { openInBrowser } from "../transports/websocket/open_in_browser.ts";
import { openWithWs } from "../transports/websocket/open_with_ws.ts";
import type { WebSocketAddress } from "../transports/websocket/web_socket_address.ts";
import type {
  WebSocketInfo,
  WebSocketTransport,
} from "../transports/websocket/web_socket_transport.ts";
import { checkOptions } from "./check_options.ts";

/**
 * Connects to a server of WebSockets and runs the connection.
 *
 * - In Deno, Node and Bun by `npm:ws`, elsewhere by the WebSocket that is there.
 * - Bodies have at most 8192 bytes, unless the options raise that here and the other side
 *   does too.
 * - `token` is what the server's `authorize` gets.
 *
 * @throws {Deno.errors.PermissionDenied} If the server refuses with status 401 or 403,
 * with the text of the server; or if `authorize` refuses.
 * @throws {Deno.errors.ConnectionRefused} If nobody listens there, or it is no server of
 * WebSockets. In a browser also for all other causes, as it doesn't tell them.
 * @throws {TypeError} If the address has another form, the token is empty, the
 * certificates can't be used, or an option is of another transport.
 * @throws {RangeError} If a limit is out of its range.
 * @throws The reason of the signal, when it fires.
 */
export async function connect(
  address: string | WebSocketAddress,
  options?:
    & WebSocketConnectOptions
    & WebSocketTlsOptions
    & PeerConnectOptions<WebSocketInfo>,
): Promise<PeerHandle<StreamBody, WebSocketInfo>> {
  checkOptions("websocket", "connect", options);
  return await Peer.connect(CONNECTOR, address, options);
}

const CONNECTOR = {
  connect: (
    address: string | WebSocketAddress,
    options?: WebSocketConnectOptions & WebSocketTlsOptions,
  ) =>
    connectWebSocket(address, options, hasWs() ? openChecked : openInBrowser),
};

/** Opens one of `npm:ws`, which would use no certificate where the key is missing. */
function openChecked(request: OpenRequest): Promise<WebSocketTransport> {
  const { caCerts = [], cert, key } = request.options;
  for (const ca of caCerts) checkCa("caCerts", ca);
  if (cert !== undefined || key !== undefined) checkPair(cert, key);
  return openWithWs(request);
}

/** Whether this is Deno, Node or Bun. */
function hasWs(): boolean {
  const { process } = globalThis as unknown as {
    process?: { readonly versions?: { readonly node?: string } };
  };
  return deno !== undefined || process?.versions?.node !== undefined;
}

export { acceptWebSocket } from "./websocket/accept_web_socket.ts";
export { acceptWebSocketUpgrade } from "./websocket/accept_web_socket_upgrade.ts";
export { bind } from "./websocket/bind.ts";
export type { WebSocketHandler } from "./websocket/run_handler.ts";
export type {
  WebSocketListenOptions,
  WebSocketServeOptions,
} from "./websocket/server_options.ts";
export type { UpgradeSocket } from "./websocket/upgrade_socket.ts";
export type { UpgradeOptions } from "../transports/websocket/check_upgrade.ts";
export type { WebSocketRequest } from "../transports/websocket/upgrade_info.ts";
export type { HttpMessage, HttpSocket } from "../transports/websocket/ws.ts";
export * from "../transports/websocket/mod.ts";
export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
