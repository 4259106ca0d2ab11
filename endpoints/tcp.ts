/**
 * TCP alone: `connect`, `listen`, `bind` and the transport, without loading any
 * other transport. Permission: `--allow-net`.
 *
 * @example A client and a server
 * ```ts ignore
 * import { connect, listen } from "jsr:@fizyr/rpc/transports/tcp";
 *
 * await using listener = listen("127.0.0.1:0");
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * await using peer = await connect(listener.addr);
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
import { checkOptions } from "./check_options.ts";
import type { StreamBody } from "../protocol/body.ts";
import { Listener, open } from "../listener/listener.ts";
import type { ListenerOptions } from "../listener/listener_options.ts";
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { TcpAddr, TcpAddress } from "../transports/tcp/tcp_address.ts";
import type {
  TcpConnectOptions,
  TcpInfo,
  TcpListenOptions,
} from "../transports/tcp/tcp_options.ts";
import { TcpTransport } from "../transports/tcp/tcp_transport.ts";

/**
 * Connects to a TCP server and runs the connection; see `connect` of the package
 * itself.
 *
 * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
 * errors of Deno.connect.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If it gives no answer within `authorizeTimeout`.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 */
export async function connect(
  address: string | TcpAddress,
  options?: TcpConnectOptions & PeerConnectOptions<TcpInfo>,
): Promise<PeerHandle<StreamBody, TcpInfo>> {
  checkOptions("tcp", "connect", options);
  return await Peer.connect(TcpTransport, address, options);
}

/**
 * Listens on a TCP port, at once; see `listen` of the package itself.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 */
export function listen(
  address: string | TcpAddress,
  options?: TcpListenOptions & ListenerOptions<TcpInfo>,
): Listener<StreamBody, TcpInfo, TcpAddr> {
  checkOptions("tcp", "bind", options);
  return open(TcpTransport.listen(address, options), options);
}

/**
 * Listens on a TCP port, as `listen` does; a failure is a rejection. See `bind` of
 * the package itself.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 */
export async function bind(
  address: string | TcpAddress,
  options?: TcpListenOptions & ListenerOptions<TcpInfo>,
): Promise<Listener<StreamBody, TcpInfo, TcpAddr>> {
  checkOptions("tcp", "bind", options);
  return await Listener.bind(TcpTransport, address, options);
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type {
  Conn,
  NetAddr,
  SocketListener,
  TcpConn,
  TcpListener,
} from "../transports/sockets/conn.ts";
export type { TcpAddr, TcpAddress } from "../transports/tcp/tcp_address.ts";
export type {
  TcpConnectOptions,
  TcpInfo,
  TcpListenOptions,
} from "../transports/tcp/tcp_options.ts";
export { TcpTransport } from "../transports/tcp/tcp_transport.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export type { FramedTransport } from "../transports/framed/framed_transport.ts";
