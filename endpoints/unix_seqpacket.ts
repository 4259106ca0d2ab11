/**
 * Unix seqpacket sockets alone: `connect`, `listen`, `bind` and the transport,
 * whose messages carry file descriptors. Linux only. Permissions: `--allow-ffi` without
 * a scope, and `--allow-read` and `--allow-write` for the path.
 *
 * @example A client and a server
 * ```ts ignore
 * import { connect, listen } from "jsr:@fizyr/rpc/transports/unix-seqpacket";
 *
 * await using listener = listen("/run/cell.sock", { mode: 0o600 });
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body.data }));
 * await using peer = await connect("/run/cell.sock");
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
import { checkOptions } from "./check_options.ts";
import { Listener, open } from "../listener/listener.ts";
import type { ListenerOptions } from "../listener/listener_options.ts";
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import type {
  UnixSeqpacketAddr,
  UnixSeqpacketAddress,
} from "../transports/unix_seqpacket/unix_config.ts";
import {
  type UnixSeqpacketConnectOptions,
  type UnixSeqpacketInfo,
  type UnixSeqpacketListenOptions,
  UnixSeqpacketTransport,
} from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";

/**
 * Connects to a Unix seqpacket socket and runs the connection; see `connect` of
 * the package itself.
 *
 * @param address The path, with or without `unix+seqpacket:` in front, or an object.
 * @throws {Deno.errors.NotFound} If there is no such file, and the other errors of
 * Deno.connect.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If it gives no answer within `authorizeTimeout`.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit is out of its range, or doesn't fit a datagram.
 */
export async function connect(
  address: string | UnixSeqpacketAddress,
  options?: UnixSeqpacketConnectOptions & PeerConnectOptions<UnixSeqpacketInfo>,
): Promise<PeerHandle<UnixBody, UnixSeqpacketInfo>> {
  checkOptions("unix-seqpacket", "connect", options);
  return await Peer.connect(UnixSeqpacketTransport, address, options);
}

/**
 * Listens on a Unix seqpacket socket, at once; see `listen` of the package itself.
 *
 * @param address The path, with or without `unix+seqpacket:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit or the mode is out of its range, or
 * `maxBodyLenWrite` doesn't fit a datagram.
 */
export function listen(
  address: string | UnixSeqpacketAddress,
  options?: UnixSeqpacketListenOptions & ListenerOptions<UnixSeqpacketInfo>,
): Listener<UnixBody, UnixSeqpacketInfo, UnixSeqpacketAddr> {
  checkOptions("unix-seqpacket", "bind", options);
  return open(UnixSeqpacketTransport.listen(address, options), options);
}

/**
 * Listens on a Unix seqpacket socket, as `listen` does; a failure is a rejection.
 * See `bind` of the package itself.
 *
 * @param address The path, with or without `unix+seqpacket:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit or the mode is out of its range, or
 * `maxBodyLenWrite` doesn't fit a datagram.
 */
export async function bind(
  address: string | UnixSeqpacketAddress,
  options?: UnixSeqpacketListenOptions & ListenerOptions<UnixSeqpacketInfo>,
): Promise<Listener<UnixBody, UnixSeqpacketInfo, UnixSeqpacketAddr>> {
  checkOptions("unix-seqpacket", "bind", options);
  return await Listener.bind(UnixSeqpacketTransport, address, options);
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export * from "../transports/shared_memory/mod.ts";
export { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
export type {
  UnixConfig,
  UnixSeqpacketAddr,
  UnixSeqpacketAddress,
} from "../transports/unix_seqpacket/unix_config.ts";
export {
  type UnixSeqpacketConnectOptions,
  type UnixSeqpacketInfo,
  type UnixSeqpacketListenOptions,
  UnixSeqpacketTransport,
} from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
export type { Credentials } from "../transports/unix/credentials.ts";
