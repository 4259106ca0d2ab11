/**
 * Rings in shared memory alone: `connect`, `listen`, `bind` and the transport, for
 * two processes on one machine. Linux only. Permissions: `--allow-ffi` without
 * a scope, and `--allow-read` and `--allow-write` for the path.
 *
 * @example A client and a server
 * ```ts ignore
 * import { connect, listen } from "jsr:@fizyr/rpc/transports/shared-ring";
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
  SharedRingAddr,
  SharedRingAddress,
} from "../transports/shared_ring/shared_ring_config.ts";
import {
  type SharedRingConnectOptions,
  type SharedRingInfo,
  type SharedRingListenOptions,
  SharedRingTransport,
} from "../transports/shared_ring/shared_ring_transport.ts";

/**
 * Connects to a listener for rings and runs the connection; see `connect` of
 * the package itself.
 *
 * @param address The path, with or without `unix+shm:` in front, or an object.
 * @throws {Deno.errors.NotFound} If there is no such file, and the other errors of
 * Deno.connect.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If it gives no answer within `authorizeTimeout`.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit or a size is out of its range.
 */
export async function connect(
  address: string | SharedRingAddress,
  options?: SharedRingConnectOptions & PeerConnectOptions<SharedRingInfo>,
): Promise<PeerHandle<UnixBody, SharedRingInfo>> {
  checkOptions("unix-shm", "connect", options);
  return await Peer.connect(SharedRingTransport, address, options);
}

/**
 * Listens for rings in shared memory, at once; see `listen` of the package itself.
 *
 * @param address The path, with or without `unix+shm:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit, a size or the mode is out of its range.
 */
export function listen(
  address: string | SharedRingAddress,
  options?: SharedRingListenOptions & ListenerOptions<SharedRingInfo>,
): Listener<UnixBody, SharedRingInfo, SharedRingAddr> {
  checkOptions("unix-shm", "bind", options);
  return open(SharedRingTransport.listen(address, options), options);
}

/**
 * Listens for rings in shared memory, as `listen` does; a failure is a rejection.
 * See `bind` of the package itself.
 *
 * @param address The path, with or without `unix+shm:` in front, or an object.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems than Linux.
 * @throws {TypeError} If the path is empty, or an option is of another transport.
 * @throws {RangeError} If a limit, a size or the mode is out of its range.
 */
export async function bind(
  address: string | SharedRingAddress,
  options?: SharedRingListenOptions & ListenerOptions<SharedRingInfo>,
): Promise<Listener<UnixBody, SharedRingInfo, SharedRingAddr>> {
  checkOptions("unix-shm", "bind", options);
  return await Listener.bind(SharedRingTransport, address, options);
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export * from "../transports/shared_memory/mod.ts";
export { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
export type { UnixConfig } from "../transports/unix_seqpacket/unix_config.ts";
export type {
  SharedRingAddr,
  SharedRingAddress,
} from "../transports/shared_ring/shared_ring_config.ts";
export type { SharedRingConfig } from "../transports/shared_ring/shared_ring_config.ts";
export {
  type SharedRingConnectOptions,
  type SharedRingInfo,
  type SharedRingListenOptions,
  SharedRingTransport,
} from "../transports/shared_ring/shared_ring_transport.ts";
export type { Credentials } from "../transports/unix/credentials.ts";
