import type { StreamConfig } from "../protocol/config.ts";
import type { AuthorizeOptions } from "../peer/authorize.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import type { PeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { NatsConnectOptions } from "../transports/nats/nats_options.ts";
import type { SharedRingConfig } from "../transports/shared_ring/shared_ring_config.ts";
import { SharedRingTransport } from "../transports/shared_ring/shared_ring_transport.ts";
import type { TcpListenOptions } from "../transports/tcp/tcp_options.ts";
import { TcpTransport } from "../transports/tcp/tcp_transport.ts";
import type { TlsConnectOptions } from "../transports/tls/tls_options.ts";
import type {
  WebSocketConnectOptions,
  WebSocketTlsOptions,
} from "../transports/websocket/connect_options.ts";
import { UnixSeqpacketTransport } from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import { UnixStreamTransport } from "../transports/unix_stream/unix_stream_transport.ts";
import {
  type Address,
  type BodyOf,
  type InfoOf,
  type NameOf,
  transportOf,
} from "./address.ts";
import { checkOptions } from "./check_options.ts";

/** The options of `connect` for byte streams, which carry no descriptors. */
export interface StreamConnectOptions<I = unknown>
  extends StreamConfig, PeerOptions, SignalOptions, AuthorizeOptions<I> {}

/** The options of `connect` for TCP and Unix stream sockets. */
export interface SocketConnectOptions<I = unknown>
  extends StreamConnectOptions<I>, TcpListenOptions {}

/** The options of `connect` for WebSockets. */
export interface WebSocketOptions<I = unknown>
  extends
    StreamConnectOptions<I>,
    WebSocketConnectOptions,
    WebSocketTlsOptions {}

/** The options of `connect` for TLS. */
export interface TlsStreamOptions<I = unknown>
  extends StreamConnectOptions<I>, TlsConnectOptions {}

/** The options of `connect` for NATS. */
export interface NatsOptions<I = unknown>
  extends StreamConnectOptions<I>, NatsConnectOptions {}

/**
 * The options of `connect`; those about descriptors are for Unix seqpacket sockets and
 * shared memory, those about rings for shared memory, those about tokens and windows
 * for WebSockets, those about certificates for TLS and WebSockets, those about sessions
 * for NATS.
 */
export interface ConnectOptions<I = unknown>
  extends
    SocketConnectOptions<I>,
    WebSocketOptions<I>,
    TlsStreamOptions<I>,
    NatsOptions<I>,
    SharedRingConfig {}

/** The options of `connect` for an address. */
export type ConnectOptionsOf<A> = [NameOf<A>] extends ["tcp" | "unix"]
  ? SocketConnectOptions<InfoOf<A>>
  : [NameOf<A>] extends ["websocket"] ? WebSocketOptions<InfoOf<A>>
  : [NameOf<A>] extends ["tls"] ? TlsStreamOptions<InfoOf<A>>
  : [NameOf<A>] extends ["nats"] ? NatsOptions<InfoOf<A>>
  : ConnectOptions<InfoOf<A>>;

/**
 * Connects to a server and runs the connection. The types of body and info follow
 * from the address.
 *
 * - Bodies have at most 8192 bytes, on a Unix seqpacket socket 4096, unless both
 *   sides raise their limits.
 * - Close it with `await using` or `close()`: an open connection keeps the program
 *   alive.
 * - It doesn't reconnect: `reconnect` of `./reconnect` does.
 *
 * Permissions: for TCP `--allow-net` of host and port; for a Unix stream socket
 * `--allow-read` and `--allow-write` of the path, and `--allow-net=unix:PATH` with
 * the absolute path; for a Unix seqpacket socket or shared memory `--allow-read` and `--allow-write`
 * of the path, and `--allow-ffi` without a scope; for TLS `--allow-net` of host and port; for a WebSocket `--allow-net` of host
 * and port, and `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`; for NATS `--allow-net` of its
 * servers.
 *
 * @param address `"tcp://host:port"`, `"host:port"`, `"[::1]:port"`, `"unix:PATH"`,
 * `"unix+seqpacket:PATH"`, `"unix+shm:PATH"`, `"tls://host:port"`, `"ws://host:port/path"`, `"wss://host/path"`, `"nats://host:4222/subject"` or an object: see {@linkcode Address}.
 * @param options Limits, `onError`, `authorize`, and a signal that ends connecting.
 * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
 * errors of Deno.connect.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If `authorize` gives no answer within
 * `authorizeTimeout`.
 * @throws {Deno.errors.InvalidData} If TLS refuses the server's certificate.
 * @throws {Deno.errors.NotSupported} For TLS in Bun; for seqpacket and shared memory on other systems than Linux.
 * @throws {TypeError} If the address has no known form, or an option is of another transport.
 * @throws {RangeError} If a limit is out of its range, or the port of `tcp://` or `tls://`.
 * @throws The reason of the signal, when it fires.
 *
 * @example A client
 * ```ts ignore
 * import { connect } from "jsr:@fizyr/rpc";
 *
 * await using peer = await connect("tcp://localhost:1337");
 * const response = await peer.call(1, "Hello World!");
 * console.log(response.text());
 * ```
 */
export async function connect<const A extends string | Address>(
  address: A,
  options?: ConnectOptionsOf<A>,
): Promise<PeerHandle<BodyOf<A>, InfoOf<A>>> {
  const text = address as string;
  // The types derive the transport from the address as transportOf does.
  const untyped = options as ConnectOptions<unknown> | undefined;
  const type = transportOf(address);
  if (type === "websocket") {
    // Loaded only where it is used: it isn't small.
    const webSocket = await import("./websocket.ts");
    const connected: unknown = await webSocket.connect(text, untyped);
    return connected as PeerHandle<BodyOf<A>, InfoOf<A>>;
  }
  if (type === "tls") {
    const tls = await import("./tls.ts");
    const connected: unknown = await tls.connect(text, untyped);
    return connected as PeerHandle<BodyOf<A>, InfoOf<A>>;
  }
  if (type === "nats") {
    const nats = await import("./nats.ts");
    const connected: unknown = await nats.connect(text, untyped);
    return connected as PeerHandle<BodyOf<A>, InfoOf<A>>;
  }
  // Those above have checked them.
  checkOptions(type, "connect", options);
  const connected: unknown = type === "tcp"
    ? await Peer.connect(TcpTransport, text, untyped)
    : type === "unix"
    ? await Peer.connect(UnixStreamTransport, text, untyped)
    : type === "unix-seqpacket"
    ? await Peer.connect(UnixSeqpacketTransport, text, untyped)
    : await Peer.connect(SharedRingTransport, text, untyped);
  return connected as PeerHandle<BodyOf<A>, InfoOf<A>>;
}
