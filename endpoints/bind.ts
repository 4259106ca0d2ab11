import { Listener } from "../listener/listener.ts";
import { SharedRingTransport } from "../transports/shared_ring/shared_ring_transport.ts";
import { TcpTransport } from "../transports/tcp/tcp_transport.ts";
import { UnixSeqpacketTransport } from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import { UnixStreamTransport } from "../transports/unix_stream/unix_stream_transport.ts";
import {
  type Address,
  type AddrOf,
  type BodyOf,
  type InfoOf,
  type NameOf,
  transportOf,
} from "./address.ts";
import { checkOptions } from "./check_options.ts";
import type { ListenOptions, ListenOptionsOf } from "./listen_options.ts";
import type { TlsListener } from "./tls.ts";

/** The listener of an address: that of TLS can change its certificates. */
export type ListenerOf<A> = [NameOf<A>] extends ["tls"] ? TlsListener
  : Listener<BodyOf<A>, InfoOf<A>, AddrOf<A>>;

/**
 * Listens on an address, as {@linkcode listen} does, but is async, so that it needs
 * no FFI to find out whether anyone listens on a Unix socket file that exists
 * already. A file that nobody listens on, as after a kill, is removed first.
 *
 * The types of body and info follow from the address.
 *
 * - Port 0 picks a free port: see `addr`.
 * - To find out, it connects, so a live server sees a connection that ends at once.
 * - Closing removes the file.
 *
 * Permissions: those of {@linkcode listen}.
 *
 * @param address `"tcp://host:port"`, `"host:port"`, `"[::1]:port"`, `"unix:PATH"`,
 * `"unix+seqpacket:PATH"`, `"unix+shm:PATH"`, `"tls://host:port"`, `"ws://host:port/path"`, `"wss://host:port/path"`, `"nats://host:4222/subject"` or an object: see {@linkcode Address}.
 * @param options Limits, for each connection; `onError`, `authorize`, the `mode` of a
 * Unix socket's file, and the `cert` and `key` of `tls://` and `wss://`.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, and the other errors
 * of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} For TLS in Bun; for seqpacket and shared memory on other systems than Linux.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport; if `cert` and `key` are missing or can't be used.
 * @throws {RangeError} If a limit is out of its range, or the port of `tcp://` or `tls://`.
 *
 * @example A server on a Unix socket
 * ```ts ignore
 * import { bind } from "jsr:@fizyr/rpc";
 *
 * await using listener = await bind("unix:/run/cell.sock", { mode: 0o600 });
 * await listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * ```
 */
export async function bind<const A extends string | Address>(
  address: A,
  options?: ListenOptionsOf<A>,
): Promise<ListenerOf<A>> {
  const text = address as string;
  const type = transportOf(address);
  // The types derive the transport from the address as transportOf does.
  const untyped = options as ListenOptions<unknown> | undefined;
  if (type === "websocket") {
    // Loaded only where it is used: it isn't small.
    const webSocket = await import("./websocket.ts");
    const bound: unknown = await webSocket.bind(text, untyped);
    return bound as ListenerOf<A>;
  }
  if (type === "tls") {
    const tls = await import("./tls.ts");
    // It says itself what is missing of them.
    const certificates = options as Parameters<typeof tls.bind>[1];
    const bound: unknown = await tls.bind(text, certificates);
    return bound as ListenerOf<A>;
  }
  if (type === "nats") {
    const nats = await import("./nats.ts");
    const bound: unknown = await nats.bind(text, untyped);
    return bound as ListenerOf<A>;
  }
  // Those above have checked them.
  checkOptions(type, "bind", options);
  const listener: unknown = type === "tcp"
    ? await Listener.bind(TcpTransport, text, untyped)
    : type === "unix"
    ? await Listener.bind(UnixStreamTransport, text, untyped)
    : type === "unix-seqpacket"
    ? await Listener.bind(UnixSeqpacketTransport, text, untyped)
    : await Listener.bind(SharedRingTransport, text, untyped);
  return listener as ListenerOf<A>;
}
