/**
 * The transport over an open WebSocket, with nothing that opens one.
 *
 * @module
 */
export type {
  WebSocketConnectOptions,
  WebSocketTlsOptions,
} from "./connect_options.ts";
export type { KeepsAlive, WebSocketLike } from "./web_socket.ts";
export type { WebSocketAddr, WebSocketAddress } from "./web_socket_address.ts";
export {
  type WebSocketConfig,
  type WebSocketInfo,
  type WebSocketRemoteAddr,
  WebSocketTransport,
} from "./web_socket_transport.ts";
export type { PacketOptions } from "../messages/packet_options.ts";
export type { StreamConfig } from "../../protocol/config.ts";
export type { ChannelTransport } from "../channel_transport.ts";
export type { FramedTransport } from "../framed/framed_transport.ts";
