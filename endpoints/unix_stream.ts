/**
 * Unix stream sockets alone: `connect`, `listen`, `bind` and the transport,
 * without loading any other transport. Permissions: `--allow-read` and
 * `--allow-write` for the path, and `--allow-net`; `--allow-ffi` brings credentials on Linux.
 *
 * @example A client and a server
 * ```ts ignore
 * import { bind, connect } from "jsr:@fizyr/rpc/transports/unix-stream";
 *
 * await using listener = await bind("/run/cell.sock", { mode: 0o600 });
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * await using peer = await connect("/run/cell.sock");
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
import type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "../transports/unix_stream/unix_address.ts";
import type {
  UnixStreamConnectOptions,
  UnixStreamInfo,
  UnixStreamListenOptions,
} from "../transports/unix_stream/unix_stream_options.ts";
import { UnixStreamTransport } from "../transports/unix_stream/unix_stream_transport.ts";

/**
 * Connects to a Unix stream socket and runs the connection; see `connect` of the
 * package itself.
 *
 * @param address The path, with or without `unix:` in front, or an object.
 * @throws {Deno.errors.NotFound} If there is no such file, and the other errors of
 * Deno.connect.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If it gives no answer within `authorizeTimeout`.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit is out of its range.
 */
export async function connect(
  address: string | UnixStreamAddress,
  options?: UnixStreamConnectOptions & PeerConnectOptions<UnixStreamInfo>,
): Promise<PeerHandle<StreamBody, UnixStreamInfo>> {
  checkOptions("unix", "connect", options);
  return await Peer.connect(UnixStreamTransport, address, options);
}

/**
 * Listens on a Unix stream socket, at once; see `listen` of the package itself.
 * {@linkcode bind} needs no FFI to recognise a socket file that was left over.
 *
 * @param address The path, with or without `unix:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, the file is no
 * socket, or that can't be found out; and the other errors of Deno.listen.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit or the mode is out of its range.
 */
export function listen(
  address: string | UnixStreamAddress,
  options?: UnixStreamListenOptions & ListenerOptions<UnixStreamInfo>,
): Listener<StreamBody, UnixStreamInfo, UnixStreamAddr> {
  checkOptions("unix", "bind", options);
  return open(UnixStreamTransport.listen(address, options), options);
}

/**
 * Listens on a Unix stream socket, as `listen` does, but async: it needs no FFI to
 * take the place of a socket file that was left over. See `bind` of the package
 * itself.
 *
 * @param address The path, with or without `unix:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit or the mode is out of its range.
 */
export async function bind(
  address: string | UnixStreamAddress,
  options?: UnixStreamListenOptions & ListenerOptions<UnixStreamInfo>,
): Promise<Listener<StreamBody, UnixStreamInfo, UnixStreamAddr>> {
  checkOptions("unix", "bind", options);
  return await Listener.bind(UnixStreamTransport, address, options);
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type {
  Conn,
  SocketListener,
  UnixAddr,
  UnixConn,
  UnixListener,
} from "../transports/sockets/conn.ts";
export type { Credentials } from "../transports/unix/credentials.ts";
export type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "../transports/unix_stream/unix_address.ts";
export type {
  UnixStreamConnectOptions,
  UnixStreamInfo,
  UnixStreamListenOptions,
} from "../transports/unix_stream/unix_stream_options.ts";
export { UnixStreamTransport } from "../transports/unix_stream/unix_stream_transport.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export type { FramedTransport } from "../transports/framed/framed_transport.ts";
