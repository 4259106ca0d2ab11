import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import { requireAtOnce } from "../sockets/open_socket.ts";
import type { UnixConn, UnixListener } from "../sockets/conn.ts";
import { ConnIo } from "../framed/conn_io.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { bound, type BoundSocket } from "./bound_socket.ts";
import { listenReactorUnix } from "./listen_reactor.ts";
import { listenUnix, listenUnixSync } from "./listen_unix.ts";
import {
  unixPath,
  type UnixStreamAddr,
  type UnixStreamAddress,
} from "./unix_address.ts";
import { UnixStreamAcceptor } from "./unix_stream_acceptor.ts";
import type {
  UnixStreamConnectOptions,
  UnixStreamInfo,
  UnixStreamListenOptions,
} from "./unix_stream_options.ts";

/**
 * A transport over a Unix stream socket.
 *
 * - Order: as sent.
 * - Backpressure: the socket's; one read and one write are pending at a time.
 * - Closing: replies are still sent after the other side has ended its half.
 *   Closing a listener removes its file, unless another file has taken its place.
 *
 * Permissions: `--allow-read` and `--allow-write` for the path, and
 * `--allow-net` (all of it, or `--allow-net=unix:PATH` with the absolute path).
 * `--allow-ffi` brings the other side's credentials on Linux.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer, UnixStreamTransport } from "jsr:@fizyr/rpc";
 *
 * const transport = await UnixStreamTransport.connect("/run/cell.sock");
 * await using peer = Peer.spawn(transport);
 * console.log(peer.info.credentials?.pid);
 * ```
 */
export class UnixStreamTransport extends FramedTransport<UnixStreamInfo> {
  /** What it is called in `stats()`. */
  override get name(): string {
    return "unix";
  }
  /** The socket. Reading from it or writing to it breaks the framing. */
  readonly conn: UnixConn;

  /**
   * Takes over an open connection.
   *
   * @param info What is known of the connection. Default: nothing.
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(
    conn: UnixConn,
    config?: StreamConfig,
    info: UnixStreamInfo = { credentials: null },
  ) {
    super(new ConnIo(conn, true), info, config);
    this.conn = conn;
  }

  /**
   * Connects to a path.
   *
   * @throws {Deno.errors.NotFound} If there is no such file.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
   * errors of Deno.connect.
   * @throws {RangeError} If a limit is out of its range.
   */
  static connect(
    address: string | UnixStreamAddress,
    options?: UnixStreamConnectOptions & { reactor?: false | undefined },
  ): Promise<UnixStreamTransport>;
  /** Connects to a path, with a socket that has no `conn` if `reactor` is set. */
  static connect(
    address: string | UnixStreamAddress,
    options?: UnixStreamConnectOptions,
  ): Promise<FramedTransport<UnixStreamInfo>>;
  static async connect(
    address: string | UnixStreamAddress,
    options: UnixStreamConnectOptions = {},
  ): Promise<FramedTransport<UnixStreamInfo>> {
    const path = unixPath(address);
    resolveStreamConfig(options);
    if (options.reactor) {
      const { connectReactorUnix } = await import("./connect_reactor.ts");
      return connectReactorUnix(path, options, options.signal);
    }
    const { connectUnix } = await import("./connect_unix.ts");
    const { conn, info } = await connectUnix(path, options.signal);
    return new UnixStreamTransport(conn, options, info);
  }

  /**
   * Listens on a path, at once. A socket file that is left over is removed. To find
   * that out synchronously takes `--allow-ffi`; without it use `Listener.bind`. In
   * Deno only.
   *
   * @throws {Deno.errors.AddrInUse} If somebody listens there, the file is no
   * socket, or that can't be found out; and the other errors of Deno.listen.
   * @throws {TypeError} Outside of Deno.
   * @throws {RangeError} If a limit or the mode is out of its range.
   */
  static listen(
    address: string | UnixStreamAddress,
    options?: UnixStreamListenOptions & { reactor?: false | undefined },
  ): Acceptor<UnixStreamTransport, UnixStreamAddr>;
  /** Listens on a path, with sockets that have no `conn` if `reactor` is set. */
  static listen(
    address: string | UnixStreamAddress,
    options?: UnixStreamListenOptions,
  ): Acceptor<FramedTransport<UnixStreamInfo>, UnixStreamAddr>;
  static listen(
    address: string | UnixStreamAddress,
    options: UnixStreamListenOptions = {},
  ): Acceptor<FramedTransport<UnixStreamInfo>, UnixStreamAddr> {
    resolveStreamConfig(options);
    if (options.reactor) return listenReactorUnix(unixPath(address), options);
    requireAtOnce("transports/unix-stream");
    return acceptor(listenUnixSync(unixPath(address), options.mode), options);
  }

  /** Listens on a path; a socket file that is left over is removed. */
  static listenAsync(
    address: string | UnixStreamAddress,
    options?: UnixStreamListenOptions & { reactor?: false | undefined },
  ): Promise<Acceptor<UnixStreamTransport, UnixStreamAddr>>;
  /** Listens on a path, with sockets that have no `conn` if `reactor` is set. */
  static listenAsync(
    address: string | UnixStreamAddress,
    options?: UnixStreamListenOptions,
  ): Promise<Acceptor<FramedTransport<UnixStreamInfo>, UnixStreamAddr>>;
  static async listenAsync(
    address: string | UnixStreamAddress,
    options: UnixStreamListenOptions = {},
  ): Promise<Acceptor<FramedTransport<UnixStreamInfo>, UnixStreamAddr>> {
    resolveStreamConfig(options);
    if (options.reactor) return listenReactorUnix(unixPath(address), options);
    const socket = await listenUnix(unixPath(address), options.mode);
    return acceptor(socket, options);
  }

  /**
   * Takes over a socket that listens already.
   *
   * @throws {RangeError} If a limit is out of its range.
   */
  static wrap(
    socket: UnixListener,
    config?: StreamConfig,
  ): Acceptor<UnixStreamTransport, UnixStreamAddr> {
    resolveStreamConfig(config);
    return acceptor(bound(socket), config);
  }
}

function acceptor(
  socket: BoundSocket,
  config: StreamConfig | undefined,
): UnixStreamAcceptor<UnixStreamTransport> {
  return new UnixStreamAcceptor(
    socket,
    (conn, credentials) =>
      new UnixStreamTransport(conn, config, { credentials }),
  );
}
