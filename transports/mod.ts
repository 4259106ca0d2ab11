/**
 * The interface that transports implement, and all transports of this library.
 *
 * @module
 */
export type { Acceptor, Binder, Connector } from "./acceptor.ts";
export { type MemoryInfo, MemoryTransport } from "./memory/memory_transport.ts";
export {
  StreamTransport,
  type StreamTransportOptions,
} from "./stream/stream_transport.ts";
export type { ByteStreams } from "./stream/stream_io.ts";
export type { TcpAddr, TcpAddress } from "./tcp/tcp_address.ts";
export {
  type TcpConnectOptions,
  type TcpInfo,
  TcpTransport,
} from "./tcp/tcp_transport.ts";
export type { Incoming, Outgoing, Transport } from "./transport.ts";
export type { Credentials } from "./unix_stream/credentials.ts";
export type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "./unix_stream/unix_address.ts";
export {
  type UnixStreamConnectOptions,
  type UnixStreamInfo,
  type UnixStreamListenOptions,
  UnixStreamTransport,
} from "./unix_stream/unix_stream_transport.ts";
export type { FramedTransport } from "./framed/framed_transport.ts";
