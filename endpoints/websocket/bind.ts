import { ErrorReporter } from "../../internal/errors.ts";
import { type Listener, open } from "../../listener/listener.ts";
import type { StreamBody } from "../../protocol/body.ts";
import {
  parseWebSocketAddress,
  type WebSocketAddr,
  type WebSocketAddress,
} from "../../transports/websocket/web_socket_address.ts";
import type { WebSocketInfo } from "../../transports/websocket/web_socket_transport.ts";
import { checkPair } from "../../transports/tls/check_certificates.ts";
import { loadWs } from "../../transports/websocket/ws.ts";
import { checkServerOptions } from "./admit.ts";
import { startHttpServer } from "./http_server.ts";
import type { ServerCertificate } from "./http_types.ts";
import type { WebSocketListenOptions } from "./server_options.ts";
import { WebSocketAcceptor } from "./web_socket_acceptor.ts";

/**
 * Listens for WebSockets on a port of their own, in Deno, Node and Bun. Beside other
 * things that a web server does, use `acceptWebSocket` or `acceptWebSocketUpgrade`.
 *
 * - Port 0 picks a free port: see `addr`.
 * - Pages of other origins, and names that aren't known to be this server's, are refused:
 *   see `allowedOrigins` and `allowedHosts`.
 * - `wss://` takes the options `cert` and `key`.
 *
 * Permissions in Deno: `--allow-net` of host and port, and
 * `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`, for `npm:ws`.
 *
 * @param address Such as `"ws://127.0.0.1:8080/rpc"` or `"wss://0.0.0.0:8443/rpc"`.
 * @param options Limits, for each connection; rules, `authorize` and `onError`; the
 * certificate of `wss://`.
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {TypeError} If the address has another form; if `wss://` has no `cert` and
 * `key` that can be used, or `ws://` has them.
 * @throws {RangeError} If a limit is out of its range.
 */
export async function bind(
  address: string | WebSocketAddress,
  options: WebSocketListenOptions = {},
): Promise<Listener<StreamBody, WebSocketInfo, WebSocketAddr>> {
  const acceptor = await bindAcceptor(address, options);
  // It has asked before the WebSocket was there.
  return open(acceptor, { ...options, authorize: undefined });
}

/** What is under `bind`: the listening socket without its peers. */
export async function bindAcceptor(
  address: string | WebSocketAddress,
  options: WebSocketListenOptions,
): Promise<WebSocketAcceptor> {
  const url = parseWebSocketAddress(address);
  if (url.search !== "") {
    throw new TypeError("The address of a WebSocket server has no query (?)");
  }
  checkServerOptions(options);
  const secure = url.protocol === "wss:";
  const certificate = certificateOf(secure, options);
  await loadWs();
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? secure ? 443 : 80 : Number(url.port);
  let acceptor: WebSocketAcceptor | null = null;
  const { onError } = options;
  // Anyone can make a handshake fail: that is said only to those who listen.
  const reporter = secure && onError === undefined
    ? null
    : new ErrorReporter(onError);
  const server = await startHttpServer(
    { hostname, port, certificate, reporter },
    (asked) => acceptor!.onUpgrade(asked),
  );
  return acceptor = new WebSocketAcceptor(server, url.pathname, options);
}

/** Checks the certificate, which `wss://` has and `ws://` hasn't. */
function certificateOf(
  secure: boolean,
  options: WebSocketListenOptions,
): ServerCertificate | null {
  const { cert, key } = options;
  if (!secure) {
    if (cert === undefined && key === undefined) return null;
    throw new TypeError("cert and key are for wss://, and ws:// has no TLS");
  }
  if (cert === undefined || key === undefined) {
    throw new TypeError("wss:// needs the options cert and key");
  }
  checkPair(cert, key);
  return { cert, key };
}
