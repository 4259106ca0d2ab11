/**
 * TLS: `connect`, `bind` and the transport. Permission: `--allow-net`. In Deno and
 * Node.
 *
 * @example A server that knows its clients, and a client
 * ```ts ignore
 * import { bind, connect } from "jsr:@fizyr/rpc/transports/tls";
 *
 * const read = (name: string) => Deno.readTextFile(`/etc/cell/${name}.pem`);
 * await using listener = await bind("tls://0.0.0.0:1337", {
 *   cert: await read("server"),
 *   key: await read("server-key"),
 *   clientCa: await read("ca"),
 *   authorize: ({ certificate }) => certificate?.subject.CN === "orchestrator",
 * });
 * listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 *
 * await using peer = await connect("tls://cell-7:1337", {
 *   caCerts: [await read("ca")],
 *   cert: await read("client"),
 *   key: await read("client-key"),
 * });
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
import { checkOptions } from "./check_options.ts";
import type { StreamBody } from "../protocol/body.ts";
import { Listener } from "../listener/listener.ts";
import type { ListenerOptions } from "../listener/listener_options.ts";
import { Peer, type PeerConnectOptions } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { TlsAcceptor } from "../transports/tls/tls_acceptor.ts";
import type { TlsAddr, TlsAddress } from "../transports/tls/tls_address.ts";
import type { TlsInfo } from "../transports/tls/tls_info.ts";
import type {
  TlsCertificates,
  TlsConnectOptions,
  TlsListenOptions,
} from "../transports/tls/tls_options.ts";
import { TlsTransport } from "../transports/tls/tls_transport.ts";

/**
 * Connects to a TLS server and runs the connection.
 *
 * A server that refuses this side's certificate tells only after the handshake: then
 * the connection ends with `connection-aborted`, whose text says so.
 *
 * @throws {Deno.errors.InvalidData} If the server's certificate is refused, the server
 * takes none of the protocols of `alpn`, or the other side doesn't speak TLS.
 * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
 * errors of Deno.connect.
 * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
 * @throws {Deno.errors.TimedOut} If the handshake or `authorize` takes too long.
 * @throws {Deno.errors.NotSupported} In Bun.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 */
export async function connect(
  address: string | TlsAddress,
  options?: TlsConnectOptions & PeerConnectOptions<TlsInfo>,
): Promise<PeerHandle<StreamBody, TlsInfo>> {
  checkOptions("tls", "connect", options);
  return await Peer.connect(TlsTransport, address, options);
}

/** A listener whose certificates can be changed. */
export class TlsListener extends Listener<StreamBody, TlsInfo, TlsAddr> {
  readonly #acceptor: TlsAcceptor<TlsTransport>;

  /** Takes over a socket that listens already. */
  constructor(
    acceptor: TlsAcceptor<TlsTransport>,
    options?: ListenerOptions<TlsInfo>,
  ) {
    super(acceptor, options);
    this.#acceptor = acceptor;
  }

  /**
   * Shows these certificates to new connections. Open ones keep theirs.
   *
   * A listener that asks its clients for certificates goes on doing so: `clientCa` has to
   * be given again, the same one or another.
   *
   * @throws {TypeError} If they can't be used, or `clientCa` is missing; those before stay
   * then.
   */
  setCertificates(certificates: TlsCertificates): void {
    this.#acceptor.setCertificates(certificates);
  }
}

/**
 * Listens for TLS connections. With `clientCa`, a client without a certificate that
 * it has signed is closed before a byte of it is read, and goes to `onError`.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {Deno.errors.NotSupported} In Bun.
 * @throws {Error} If the certificates can't be used.
 * @throws {TypeError} If the address has no known form, or an option is of another
 * transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 */
export async function bind(
  address: string | TlsAddress,
  options: TlsListenOptions & ListenerOptions<TlsInfo>,
): Promise<TlsListener> {
  checkOptions("tls", "bind", options);
  const acceptor = await TlsTransport.listenAsync(address, options);
  try {
    return new TlsListener(acceptor, options);
  } catch (error) {
    acceptor.close();
    throw error;
  }
}

export type { Acceptor, SocketAddr } from "../transports/acceptor.ts";
export type { NetAddr } from "../transports/sockets/conn.ts";
export type { TlsAcceptor } from "../transports/tls/tls_acceptor.ts";
export type { TlsAddr, TlsAddress } from "../transports/tls/tls_address.ts";
export type { TlsCertificate, TlsInfo } from "../transports/tls/tls_info.ts";
export type {
  TlsCertificates,
  TlsConnectOptions,
  TlsListenOptions,
  TlsOptions,
} from "../transports/tls/tls_options.ts";
export { TlsTransport } from "../transports/tls/tls_transport.ts";
export type { ChannelTransport } from "../transports/channel_transport.ts";
export type { FramedTransport } from "../transports/framed/framed_transport.ts";
