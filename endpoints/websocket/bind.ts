import { type Listener, open } from "../../listener/listener.ts";
import type { StreamBody } from "../../protocol/body.ts";
import {
  parseWebSocketAddress,
  type WebSocketAddr,
  type WebSocketAddress,
} from "../../transports/websocket/web_socket_address.ts";
import type { WebSocketInfo } from "../../transports/websocket/web_socket_transport.ts";
import { loadWs } from "../../transports/websocket/ws.ts";
import { checkOptions } from "./admit.ts";
import { startHttpServer } from "./http_server.ts";
import type { WebSocketListenOptions } from "./server_options.ts";
import { WebSocketAcceptor } from "./web_socket_acceptor.ts";

/**
 * Listens for WebSockets on a port of their own, in Deno, Node and Bun. Beside other
 * things that a web server does, use `acceptWebSocket` or `acceptWebSocketUpgrade`.
 *
 * - Port 0 picks a free port: see `addr`.
 * - Pages of other origins, and names that aren't known to be this server's, are refused:
 *   see `allowedOrigins` and `allowedHosts`.
 * - Encrypted (`wss://`) it is behind a proxy, or by `acceptWebSocket` in a `Deno.serve`
 *   that has a certificate.
 *
 * Permissions in Deno: `--allow-net` of host and port, and
 * `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`, for `npm:ws`.
 *
 * @param address Such as `"ws://127.0.0.1:8080/rpc"`.
 * @param options Limits, for each connection; rules, `authorize` and `onError`.
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {TypeError} If the address has another form.
 * @throws {RangeError} If a limit is out of its range.
 */
export async function bind(
  address: string | WebSocketAddress,
  options: WebSocketListenOptions = {},
): Promise<Listener<StreamBody, WebSocketInfo, WebSocketAddr>> {
  const url = parseWebSocketAddress(address);
  if (url.protocol !== "ws:") {
    throw new TypeError(
      "bind takes no wss:// address: put a proxy in front, or use acceptWebSocket in a Deno.serve with a certificate",
    );
  }
  if (url.search !== "") {
    throw new TypeError("The address of a WebSocket server has no query (?)");
  }
  checkOptions(options);
  await loadWs();
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? 80 : Number(url.port);
  let acceptor: WebSocketAcceptor | null = null;
  const server = await startHttpServer(
    hostname,
    port,
    (asked) => acceptor!.onUpgrade(asked),
  );
  acceptor = new WebSocketAcceptor(server, url.pathname, options);
  // It has asked before the WebSocket was there.
  return open(acceptor, { ...options, authorize: undefined });
}
