import type { ListenerOptions } from "../../listener/listener_options.ts";
import type { Authorize } from "../../peer/authorize.ts";
import type { UpgradeOptions } from "../../transports/websocket/check_upgrade.ts";
import type { WebSocketRequest } from "../../transports/websocket/upgrade_info.ts";
import type {
  WebSocketConfig,
  WebSocketInfo,
  WebSocketRemoteAddr,
} from "../../transports/websocket/web_socket_transport.ts";

/** The options of `bind` for WebSockets. */
export interface WebSocketListenOptions
  extends
    WebSocketConfig,
    UpgradeOptions,
    Omit<ListenerOptions<WebSocketInfo>, "authorize"> {
  /**
   * Decides whether to take a connection, before the WebSocket is there. A refusal is
   * status 403, or 401 where it looked at `token`. Connections don't wait for each
   * other's decisions.
   */
  authorize?: Authorize<WebSocketRequest> | undefined;
  /** For `wss://`: the server's certificate, and those between it and its CA, as PEM. */
  cert?: string | undefined;
  /** For `wss://`: the private key of `cert`, as PEM. */
  key?: string | undefined;
}

/** The options of `acceptWebSocket` and `acceptWebSocketUpgrade`. */
export interface WebSocketServeOptions
  extends Omit<WebSocketListenOptions, "cert" | "key"> {
  /**
   * The address of the client, for `authorize` and `info`. `Deno.serve` gives it beside
   * the request; with `node:http` it is that of the socket unless set here.
   */
  remoteAddr?: WebSocketRemoteAddr | undefined;
}
