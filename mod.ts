/**
 * RPC between programs on one machine or over TCP, by the Fizyr RPC protocol:
 * symmetric requests and responses, updates in both directions while a request is
 * open, and stream messages outside of requests.
 *
 * - {@linkcode connect}, {@linkcode listen} and {@linkcode bind} take an address:
 *   TCP, TLS, a Unix stream or seqpacket socket, rings in shared memory, a WebSocket,
 *   NATS. Seqpacket and rings carry descriptors ({@linkcode UnixBody}) and shared
 *   memory ({@linkcode SharedMemoryPool}).
 * - A connection is a {@linkcode PeerHandle} on both sides: `call`, `sendRequest`,
 *   `sendStream`, `serve`, and iteration over what arrives.
 * - All errors of a connection are {@linkcode RpcError}, told apart by `code`.
 * - `@fizyr/rpc/interface` has typed interfaces on top of that. Each transport has a
 *   sub-path of its own, such as `@fizyr/rpc/transports/tcp`.
 *
 * Importing it asks for no permission and opens nothing.
 *
 * @example A client and a server, in memory
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({ 1: (_request, body) => `Hello ${body.text()}!` });
 * assertEquals((await client.call(1, "World")).text(), "Hello World!");
 * await client.close();
 * await serving;
 * ```
 *
 * @module
 */
export type {
  Address,
  AddrOf,
  BodyOf,
  InfoOf,
  Kinds,
  NameOf,
  TransportName,
} from "./endpoints/address.ts";
export {
  connect,
  type ConnectOptions,
  type ConnectOptionsOf,
  type NatsOptions,
  type SocketConnectOptions,
  type StreamConnectOptions,
  type TlsStreamOptions,
  type WebSocketOptions,
} from "./endpoints/connect.ts";
export { bind, type ListenerOf } from "./endpoints/bind.ts";
export { listen } from "./endpoints/listen.ts";
export type {
  ListenOptions,
  ListenOptionsOf,
  StreamListenOptions,
  TlsStreamListenOptions,
} from "./endpoints/listen_options.ts";
export * from "./listener/mod.ts";
export * from "./peer/mod.ts";
export * from "./protocol/mod.ts";
export * from "./transports/mod.ts";
export type {
  WebSocketListenOptions,
} from "./endpoints/websocket/server_options.ts";
export type { UpgradeOptions } from "./transports/websocket/check_upgrade.ts";
export type { WebSocketRequest } from "./transports/websocket/upgrade_info.ts";
export type {
  PacketOptions,
  WebSocketAddr,
  WebSocketAddress,
  WebSocketConfig,
  WebSocketConnectOptions,
  WebSocketInfo,
  WebSocketRemoteAddr,
  WebSocketTlsOptions,
} from "./transports/websocket/mod.ts";
export type { TlsListener } from "./endpoints/tls.ts";
export type { TlsAddr, TlsAddress } from "./transports/tls/tls_address.ts";
export type { TlsCertificate, TlsInfo } from "./transports/tls/tls_info.ts";
export type {
  TlsCertificates,
  TlsConnectOptions,
  TlsListenOptions,
  TlsOptions,
} from "./transports/tls/tls_options.ts";
export type { NatsAddr, NatsAddress } from "./transports/nats/nats_address.ts";
export type * from "./transports/nats/nats_connection.ts";
export type {
  NatsConfig,
  NatsConnectOptions,
  NatsListenOptions,
} from "./transports/nats/nats_options.ts";
export type { NatsInfo } from "./transports/nats/nats_transport.ts";
export type { CarrierHeartbeat } from "./transports/messages/packet_options.ts";
