import type { TcpConn } from "../../transports/sockets/conn.ts";
import type { Refusal } from "../../transports/websocket/check_upgrade.ts";
import { maxPayload } from "../../transports/websocket/open_with_ws.ts";
import {
  type KeepsAlive,
  MAX_MESSAGE_LEN,
} from "../../transports/websocket/web_socket.ts";
import {
  type WebSocketInfo,
  WebSocketTransport,
} from "../../transports/websocket/web_socket_transport.ts";
import {
  type HttpMessage,
  type HttpSocket,
  loadWs,
  type Ws,
  type WsWebSocket,
} from "../../transports/websocket/ws.ts";
import type { WebSocketListenOptions } from "./server_options.ts";

/** A socket that wants to be a WebSocket, as the event `upgrade` of `node:http` gives it. */
export interface UpgradeSocket {
  /** Writes, and ends. */
  end(text: string): unknown;
  /** Ends at once. */
  destroy(): unknown;
  /** Adds a listener. */
  on(event: string, listener: (...values: never[]) => void): unknown;
}

/** What the event `upgrade` of `node:http` gives. */
export interface Upgrade {
  /** The request. */
  readonly request: HttpMessage;
  /** Its socket. */
  readonly socket: UpgradeSocket;
  /** What came behind the request. */
  readonly head: Uint8Array;
  /** What is below its socket, where that doesn't tell. */
  readonly conn?: TcpConn | undefined;
}

const REASONS = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  426: "Upgrade Required",
  503: "Service Unavailable",
};

/** A WebSocket of a client that was admitted. Nothing that it sends is read yet. */
export interface Upgraded {
  /** The WebSocket, which is paused. */
  readonly webSocket: WsWebSocket;
  /** What is known of it. */
  readonly info: WebSocketInfo;
  /** What keeps the program alive. */
  readonly keepsAlive: KeepsAlive;
}

/**
 * Makes the WebSocket of a client that was admitted. Null if its request is no valid
 * handshake, which it is told then, or if it is gone.
 */
export async function upgrade(
  { request, socket, head, conn }: Upgrade,
  info: WebSocketInfo,
  options: WebSocketListenOptions,
): Promise<Upgraded | null> {
  const { WebSocketServer } = await loadWs();
  const server = makeServer({ WebSocketServer }, info, options);
  let upgraded: Upgraded | null = null;
  // `ws` calls back before it returns, or not at all.
  server.handleUpgrade(
    request,
    socket as unknown as HttpSocket,
    head,
    (webSocket) => {
      // Nobody listens yet, and an error would end the program.
      webSocket.pause();
      webSocket.on("error", () => {});
      upgraded = { webSocket, info, keepsAlive: conn ?? request.socket };
    },
  );
  return upgraded;
}

/** Begins with a connection. */
export function begin(
  { webSocket, info, keepsAlive }: Upgraded,
  options: WebSocketListenOptions,
): WebSocketTransport {
  const transport = new WebSocketTransport(
    webSocket,
    info,
    options,
    keepsAlive,
  );
  webSocket.resume();
  return transport;
}

function makeServer(
  { WebSocketServer }: Pick<Ws, "WebSocketServer">,
  { protocol }: WebSocketInfo,
  options: WebSocketListenOptions,
): InstanceType<Ws["WebSocketServer"]> {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: protocol === "" ? maxPayload(options) : MAX_MESSAGE_LEN,
    handleProtocols: () => protocol === "" ? false : protocol,
  });
}

/** A socket that breaks while nobody uses it would end the program in Node. */
export function ignoreErrors(socket: UpgradeSocket): void {
  socket.on("error", () => {});
}

/** Tells a client that it is refused, and ends its connection. */
export function refuse(
  socket: UpgradeSocket,
  { status, text }: Refusal,
): void {
  ignoreErrors(socket);
  const body = `${text}\n`;
  socket.end([
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    "X-Content-Type-Options: nosniff",
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    "",
    body,
  ].join("\r\n"));
  // A client that doesn't end its half would keep the socket.
  socket.on("finish", () => socket.destroy());
}

/** A header that has one value; null if it has none. */
export function headerOf(
  { headers }: HttpMessage,
  name: string,
): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value ?? null;
}
