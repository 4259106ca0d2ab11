/**
 * The interface that transports implement, and the transports that need no other
 * entry. Those over TLS, WebSocket, message ports and NATS have entries of their own.
 *
 * @module
 */
export type { Acceptor, Binder, Connector, SocketAddr } from "./acceptor.ts";
export type {
  Conn,
  NetAddr,
  SocketListener,
  TcpConn,
  TcpListener,
  UnixAddr,
  UnixConn,
  UnixListener,
} from "./sockets/conn.ts";
export type { ChannelTransport } from "./channel_transport.ts";
export { type MemoryInfo, MemoryTransport } from "./memory/memory_transport.ts";
export * from "./shared_memory/mod.ts";
export type {
  SharedRingAddr,
  SharedRingAddress,
} from "./shared_ring/shared_ring_config.ts";
export type { SharedRingConfig } from "./shared_ring/shared_ring_config.ts";
export {
  type SharedRingConnectOptions,
  type SharedRingInfo,
  type SharedRingListenOptions,
  SharedRingTransport,
} from "./shared_ring/shared_ring_transport.ts";
export {
  StreamTransport,
  type StreamTransportOptions,
} from "./stream/stream_transport.ts";
export type { ByteStreams } from "./stream/stream_transport.ts";
export type { TcpAddr, TcpAddress } from "./tcp/tcp_address.ts";
export type {
  TcpConnectOptions,
  TcpInfo,
  TcpListenOptions,
} from "./tcp/tcp_options.ts";
export { TcpTransport } from "./tcp/tcp_transport.ts";
export type { Incoming, Outgoing, Transport } from "./transport.ts";
export { UnixBody } from "./unix_seqpacket/unix_body.ts";
export type {
  UnixConfig,
  UnixSeqpacketAddr,
  UnixSeqpacketAddress,
} from "./unix_seqpacket/unix_config.ts";
export {
  type UnixSeqpacketConnectOptions,
  type UnixSeqpacketInfo,
  type UnixSeqpacketListenOptions,
  UnixSeqpacketTransport,
} from "./unix_seqpacket/unix_seqpacket_transport.ts";
export type { Credentials } from "./unix/credentials.ts";
export type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "./unix_stream/unix_address.ts";
export type {
  UnixStreamConnectOptions,
  UnixStreamInfo,
  UnixStreamListenOptions,
} from "./unix_stream/unix_stream_options.ts";
export { UnixStreamTransport } from "./unix_stream/unix_stream_transport.ts";
export type { FramedTransport } from "./framed/framed_transport.ts";
