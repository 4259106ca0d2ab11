import { readOffer } from "./subprotocol.ts";
import type { WebSocketLike } from "./web_socket.ts";
import type { WebSocketInfo } from "./web_socket_transport.ts";

/** What a client knows of its connection. */
export function clientInfo(
  socket: WebSocketLike,
  url: URL,
  offer: readonly string[],
): WebSocketInfo {
  return {
    transport: "websocket",
    protocol: socket.protocol,
    url: url.href,
    host: url.host,
    origin: null,
    protocols: readOffer(offer.join(",")).protocols,
    remoteAddr: null,
  };
}
