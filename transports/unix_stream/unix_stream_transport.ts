import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import { requireAtOnce } from "../sockets/at_once.ts";
import type { UnixConn, UnixListener } from "../sockets/conn.ts";
import { ConnIo } from "../framed/conn_io.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import type { Credentials } from "../unix/credentials.ts";
import { bound, type BoundSocket } from "./bound_socket.ts";
import { connectUnix } from "./connect_unix.ts";
import { listenUnix, listenUnixSync } from "./listen_unix.ts";
import {
  unixPath,
  type UnixStreamAddr,
  type UnixStreamAddress,
} from "./unix_address.ts";
import { UnixStreamAcceptor } from "./unix_stream_acceptor.ts";

/** What is known of a Unix stream connection. */
export interface UnixStreamInfo {
  /**
   * The process at the other end; null if that isn't certain. Deno doesn't show a
   * socket's descriptor, so finding out takes Linux, `--allow-ffi`, and about 0.4
   * us for each open descriptor.
   *
   * An accepted connection has them from the beginning. A connection made by
   * `connect` finds them when they are first asked for: ask while it is open. If
   * the program is connected to several servers by the same path, they are null.
   */
  readonly credentials: Credentials | null;
}

/** The options of `UnixStreamTransport.connect`. */
export interface UnixStreamConnectOptions extends StreamConfig {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The options of `UnixStreamTransport.listen`. */
export interface UnixStreamListenOptions extends StreamConfig {
  /**
   * The permissions of the socket file, such as `0o600`. They are never wider, not
   * even for a moment. Takes `--allow-sys`. Default: 0o777 without the bits of the
   * process's umask.
   *
   * The umask, which all threads share, is changed for a moment. If two workers
   * listen with a mode at the same time, it may stay changed.
   */
  mode?: number | undefined;
}

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
  static async connect(
    address: string | UnixStreamAddress,
    options: UnixStreamConnectOptions = {},
  ): Promise<UnixStreamTransport> {
    const path = unixPath(address);
    resolveStreamConfig(options);
    // So that the info can give them at once when they are asked for.
    const { lazyCredentials } = await import("../unix/lazy_credentials.ts");
    const conn = await connectUnix(path, options.signal);
    return new UnixStreamTransport(conn, options, lazyCredentials(conn));
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
    options: UnixStreamListenOptions = {},
  ): Acceptor<UnixStreamTransport, UnixStreamAddr> {
    requireAtOnce("transports/unix-stream");
    resolveStreamConfig(options);
    return acceptor(listenUnixSync(unixPath(address), options.mode), options);
  }

  /** Listens on a path; a socket file that is left over is removed. */
  static async listenAsync(
    address: string | UnixStreamAddress,
    options: UnixStreamListenOptions = {},
  ): Promise<Acceptor<UnixStreamTransport, UnixStreamAddr>> {
    resolveStreamConfig(options);
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
