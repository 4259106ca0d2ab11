import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import {
  bindTcp,
  connectSocket,
  connectTcp,
  listenTcp,
  requireAtOnce,
} from "../sockets/open_socket.ts";
import type { TcpConn, TcpListener } from "../sockets/conn.ts";
import { ConnIo } from "../framed/conn_io.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { bindReactorTcp, listenReactorTcp } from "./listen_reactor.ts";
import { TcpAcceptor } from "./tcp_acceptor.ts";
import {
  parseTcpAddress,
  type TcpAddr,
  type TcpAddress,
} from "./tcp_address.ts";
import type {
  TcpConnectOptions,
  TcpInfo,
  TcpListenOptions,
} from "./tcp_options.ts";

/**
 * A transport over a TCP socket. TCP_NODELAY is on, as otherwise a small message
 * would wait until the one before it is acknowledged. Keep-alive is on too. Deno
 * leaves both off.
 *
 * - Order: as sent.
 * - Backpressure: the socket's; one read and one write are pending at a time.
 * - Closing: replies are still sent after the other side has ended its half.
 *
 * Permission: `--allow-net`, for the host and port.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer, TcpTransport } from "jsr:@fizyr/rpc";
 *
 * const transport = await TcpTransport.connect("127.0.0.1:1337", { maxBodyLenRead: 1 << 20 });
 * await using peer = Peer.spawn(transport);
 * console.log(peer.info.remoteAddr);
 * ```
 */
export class TcpTransport extends FramedTransport<TcpInfo> {
  /** What it is called in `stats()`. */
  override get name(): string {
    return "tcp";
  }
  /** The socket. Reading from it or writing to it breaks the framing. */
  readonly conn: TcpConn;

  /**
   * Takes over an open connection.
   *
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(conn: TcpConn, config?: StreamConfig) {
    const { localAddr, remoteAddr } = conn;
    // Copies, as Deno's objects have no prototype.
    const info = { localAddr: { ...localAddr }, remoteAddr: { ...remoteAddr } };
    super(new ConnIo(conn), info, config);
    this.conn = conn;
    try {
      conn.setNoDelay(true);
      conn.setKeepAlive(true);
    } catch (error) {
      // Some systems refuse these options if the connection is gone already.
      conn.close();
      throw error;
    }
  }

  /**
   * Connects to an address.
   *
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the
   * other errors of Deno.connect.
   * @throws {TypeError} If the address has no known form.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static connect(
    address: string | TcpAddress,
    options?: TcpConnectOptions & { reactor?: false | undefined },
  ): Promise<TcpTransport>;
  /** Connects to an address, with a socket that has no `conn` if `reactor` is set. */
  static connect(
    address: string | TcpAddress,
    options?: TcpConnectOptions,
  ): Promise<FramedTransport<TcpInfo>>;
  static async connect(
    address: string | TcpAddress,
    options: TcpConnectOptions = {},
  ): Promise<FramedTransport<TcpInfo>> {
    const { signal, reactor } = options;
    const target = parseTcpAddress(address);
    resolveStreamConfig(options);
    if (reactor) {
      const { connectReactorTcp } = await import("./connect_reactor.ts");
      return await connectReactorTcp(target, options, signal);
    }
    const conn = await connectSocket(
      () => connectTcp(target, signal),
      signal,
    );
    return new TcpTransport(conn, options);
  }

  /**
   * Listens on an address, at once. Port 0 picks a free one. In Deno only.
   *
   * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors
   * of Deno.listen.
   * @throws {TypeError} If the address has no known form, and outside of Deno.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static listen(
    address: string | TcpAddress,
    options?: TcpListenOptions & { reactor?: false | undefined },
  ): Acceptor<TcpTransport, TcpAddr>;
  /** Listens on an address, with sockets that have no `conn` if `reactor` is set. */
  static listen(
    address: string | TcpAddress,
    options?: TcpListenOptions,
  ): Acceptor<FramedTransport<TcpInfo>, TcpAddr>;
  static listen(
    address: string | TcpAddress,
    options: TcpListenOptions = {},
  ): Acceptor<FramedTransport<TcpInfo>, TcpAddr> {
    const target = parseTcpAddress(address);
    resolveStreamConfig(options);
    if (options.reactor) return listenReactorTcp(target, options);
    requireAtOnce("transports/tcp");
    return acceptor(listenTcp(target), options);
  }

  /**
   * Listens on an address as `listen` does, in Node and Bun too. On the reactor, a
   * name is looked up on a thread.
   *
   * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors
   * of Deno.listen.
   * @throws {TypeError} If the address has no known form.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static listenAsync(
    address: string | TcpAddress,
    options?: TcpListenOptions & { reactor?: false | undefined },
  ): Promise<Acceptor<TcpTransport, TcpAddr>>;
  /** Listens on an address, with sockets that have no `conn` if `reactor` is set. */
  static listenAsync(
    address: string | TcpAddress,
    options?: TcpListenOptions,
  ): Promise<Acceptor<FramedTransport<TcpInfo>, TcpAddr>>;
  static async listenAsync(
    address: string | TcpAddress,
    options: TcpListenOptions = {},
  ): Promise<Acceptor<FramedTransport<TcpInfo>, TcpAddr>> {
    const target = parseTcpAddress(address);
    resolveStreamConfig(options);
    if (options.reactor) return await bindReactorTcp(target, options);
    return acceptor(await bindTcp(target), options);
  }

  /**
   * Takes over a socket that listens already.
   *
   * @throws {RangeError} If a limit is out of its range.
   */
  static wrap(
    socket: TcpListener,
    config?: StreamConfig,
  ): Acceptor<TcpTransport, TcpAddr> {
    resolveStreamConfig(config);
    return acceptor(socket, config);
  }
}

function acceptor(
  listener: TcpListener,
  config: StreamConfig | undefined,
): TcpAcceptor<TcpTransport> {
  return new TcpAcceptor(listener, (conn) => new TcpTransport(conn, config));
}
