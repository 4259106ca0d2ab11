/**
 * Sessions over NATS: `connect`, `bind` and the transport, in Deno, Node and Bun. A
 * session is a connection as any other: requests both ways, updates, limits, close. For
 * single requests that any of many instances answers, see `./nats`.
 *
 * Permissions in Deno: `--allow-net` of the servers of NATS.
 *
 * @example A server and a client
 * ```ts ignore
 * import { bind, connect } from "jsr:@fizyr/rpc/transports/nats";
 *
 * await using listener = await bind("nats://127.0.0.1:4222/cell.camera");
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 *
 * await using peer = await connect("nats://127.0.0.1:4222/cell.camera");
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
import { checkOptions } from "./check_options.ts";
import { Listener } from "../listener/listener.ts";
import type { ListenerOptions } from "../listener/listener_options.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { StreamBody } from "../protocol/body.ts";
import type { NatsAddr, NatsAddress } from "../transports/nats/nats_address.ts";
import type {
  NatsConnectOptions,
  NatsListenOptions,
} from "../transports/nats/nats_options.ts";
import {
  type NatsInfo,
  NatsTransport,
} from "../transports/nats/nats_transport.ts";

/**
 * Connects to one of the servers of a subject, and runs the connection.
 *
 * - Bodies have at most 8192 bytes, unless both sides raise their limits.
 * - The NATS connection is its own, and is closed with it, unless the address holds one.
 * - It doesn't reconnect.
 *
 * @throws {Deno.errors.ConnectionRefused} If no server of NATS listens there, nobody
 * serves the subject, or its server refuses.
 * @throws {Deno.errors.PermissionDenied} If NATS or `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If no answer comes within `openTimeout`.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a limit is out of its range.
 * @throws The reason of the signal, when it fires.
 */
export async function connect(
  address: string | NatsAddress,
  options?: NatsConnectOptions & PeerConnectOptions<NatsInfo>,
): Promise<PeerHandle<StreamBody, NatsInfo>> {
  checkOptions("nats", "connect", options);
  return await Peer.connect(NatsTransport, address, options);
}

/**
 * Serves a subject. Several servers share its clients, as they are in one queue group:
 * each client is answered by one of them, and stays with it.
 *
 * - A listener outlives the loss of the NATS connection: it goes on with the next server
 *   of NATS, or the same one when it is back. Its sessions end.
 * - Closing: it leaves the queue group at once, and the NATS connection is closed behind
 *   its last session, unless the address holds one.
 *
 * @throws {Deno.errors.ConnectionRefused} If no server of NATS listens there.
 * @throws {Deno.errors.PermissionDenied} If NATS refuses this side.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a limit is out of its range.
 */
export async function bind(
  address: string | NatsAddress,
  options?: NatsListenOptions & ListenerOptions<NatsInfo>,
): Promise<Listener<StreamBody, NatsInfo, NatsAddr>> {
  checkOptions("nats", "bind", options);
  return await Listener.bind(NatsTransport, address, options);
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type {
  CarrierHeartbeat,
  PacketOptions,
} from "../transports/messages/packet_options.ts";
export type { NatsAcceptor } from "../transports/nats/nats_acceptor.ts";
export type { NatsAddr, NatsAddress } from "../transports/nats/nats_address.ts";
export type * from "../transports/nats/nats_connection.ts";
export type {
  NatsConfig,
  NatsConnectOptions,
  NatsListenOptions,
} from "../transports/nats/nats_options.ts";
export {
  type NatsInfo,
  NatsTransport,
} from "../transports/nats/nats_transport.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export type { FramedTransport } from "../transports/framed/framed_transport.ts";
