import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import { connectSocket } from "../connect_socket.ts";
import { requireAtOnce } from "../sockets/at_once.ts";
import type { NetAddr, TcpConn, TcpListener } from "../sockets/conn.ts";
import { bindTcp, connectTcp, listenTcp } from "../sockets/open_tcp.ts";
import { ConnIo } from "../framed/conn_io.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { TcpAcceptor } from "./tcp_acceptor.ts";
import {
  parseTcpAddress,
  type TcpAddr,
  type TcpAddress,
} from "./tcp_address.ts";

/** What is known of a TCP connection. */
export interface TcpInfo {
  /** This side's address. */
  readonly localAddr: NetAddr;
  /** The other side's address. */
  readonly remoteAddr: NetAddr;
}

/** The options of `TcpTransport.connect`. */
export interface TcpConnectOptions extends StreamConfig {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

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
  static async connect(
    address: string | TcpAddress,
    options: TcpConnectOptions = {},
  ): Promise<TcpTransport> {
    const { signal } = options;
    const target = parseTcpAddress(address);
    resolveStreamConfig(options);
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
    config?: StreamConfig,
  ): Acceptor<TcpTransport, TcpAddr> {
    requireAtOnce("transports/tcp");
    resolveStreamConfig(config);
    return acceptor(listenTcp(parseTcpAddress(address)), config);
  }

  /**
   * Listens on an address as `listen` does, in Node and Bun too.
   *
   * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors
   * of Deno.listen.
   * @throws {TypeError} If the address has no known form.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static async listenAsync(
    address: string | TcpAddress,
    config?: StreamConfig,
  ): Promise<Acceptor<TcpTransport, TcpAddr>> {
    resolveStreamConfig(config);
    return acceptor(await bindTcp(parseTcpAddress(address)), config);
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
