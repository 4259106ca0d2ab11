import type { BodyInput } from "../../protocol/body.ts";
import type { Acceptor } from "../acceptor.ts";
import { ChannelTransport } from "../channel_transport.ts";
import { disown } from "../descriptor/disown.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { LateChannel, LateCode, whenMade } from "../late_channel.ts";
import {
  adopt,
  adoptPair,
  connectSeqpacket,
  listenSeqpacket,
  prepareSocket,
  seqpacketAcceptor,
  seqpacketPair,
} from "./seqpacket_socket.ts";
import {
  checkUnixMessage,
  type ResolvedUnixConfig,
  resolveUnixConfig,
  type UnixConfig,
  type UnixSeqpacketAddr,
  type UnixSeqpacketAddress,
  unixSeqpacketPath,
} from "./unix_config.ts";
import { Libc } from "../libc/libc.ts";
import type { Credentials } from "../unix/credentials.ts";
import { checkMode } from "../unix/socket_file.ts";
import { peerCredentials, removeSocketFile } from "../unix/path_socket.ts";
import { removeStaleSocketSync } from "../unix/stale_socket.ts";
import { requireSocketPath } from "../unix/socket_path.ts";
import { fitSendBuffer } from "./send_buffer.ts";
import type { SeqpacketChannel } from "./seqpacket_channel.ts";
import { toUnixBody, type UnixBody } from "./unix_body.ts";

const WHAT = "A Unix seqpacket socket";

const channelCode = /* @__PURE__ */ new LateCode(
  () => import("./seqpacket_channel.ts"),
);

/** What is known of a Unix seqpacket connection. */
export interface UnixSeqpacketInfo {
  /**
   * The process at the other end, as the kernel recorded it when the connection
   * was made.
   */
  readonly credentials: Credentials | null;
}

/** The options of `UnixSeqpacketTransport.connect`. */
export interface UnixSeqpacketConnectOptions extends UnixConfig {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The options of `UnixSeqpacketTransport.listen`. */
export interface UnixSeqpacketListenOptions extends UnixConfig {
  /**
   * The permissions of the socket file, such as `0o600`. They are never wider, not
   * even for a moment. Default: 0o777 without the bits of the process's umask.
   */
  mode?: number | undefined;
}

/**
 * A transport over a Unix seqpacket socket, whose messages carry file descriptors.
 * Linux only (x86-64 and arm64).
 *
 * - Order: as sent.
 * - Backpressure: the socket's. At most 64 messages of a connection are received
 *   in one turn of the event loop, so that others get theirs.
 * - Descriptors: received ones belong to whoever receives the message; those that
 *   nobody takes are closed. Sending doesn't close the sender's.
 * - Closing: replies are still sent after the other side has ended its half.
 *   Closing a listener removes its file, unless another file has taken its place.
 *
 * - Workers: the sockets of a worker are closed when it ends by itself, by
 *   `self.close()`, `Deno.exit()` or an unhandled error. A worker isn't told of
 *   `Worker.terminate()`: its sockets stay open until the process ends, so have it
 *   close them first.
 *
 * Permissions: `--allow-ffi` without a scope, as Deno has no such sockets and they
 * are reached through the C library; and `--allow-read` and `--allow-write` for the
 * path.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer, UnixSeqpacketTransport } from "jsr:@fizyr/rpc";
 *
 * const transport = await UnixSeqpacketTransport.connect("/run/cell.sock");
 * await using peer = Peer.spawn(transport);
 * console.log(peer.info.credentials?.pid);
 * ```
 */
export class UnixSeqpacketTransport
  extends ChannelTransport<UnixBody, UnixSeqpacketInfo> {
  /** What it is called in `stats()`. */
  override get name(): string {
    return "unix-seqpacket";
  }
  readonly #channel: Made;

  /**
   * Takes over a connected socket, such as one that came with a message or was
   * inherited, and makes it nonblocking. The FileDescriptor counts as closed from
   * then on. If this fails, it still belongs to the caller.
   *
   * @throws {RangeError} If a limit is out of its range, or doesn't fit a datagram.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   * @throws {TypeError} If it is no Unix seqpacket socket.
   */
  constructor(socket: FileDescriptor, config?: UnixConfig) {
    const resolved = resolveUnixConfig(config);
    using libc = Libc.require(WHAT);
    prepareSocket(libc, socket.fd);
    fitSendBuffer(libc, socket.fd, resolved.maxBodyLenWrite);
    const credentials = peerCredentials(libc, socket.fd);
    const channel = channelOf(libc, socket, resolved);
    super(channel, { credentials });
    this.#channel = channel;
  }

  /**
   * Connects to a path.
   *
   * @throws {Deno.errors.NotFound} If there is no such file.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
   * errors of Deno.connect.
   * @throws {Deno.errors.NotCapable} Without the permissions.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit is out of its range, or doesn't fit a datagram.
   */
  static async connect(
    address: string | UnixSeqpacketAddress,
    options: UnixSeqpacketConnectOptions = {},
  ): Promise<UnixSeqpacketTransport> {
    const path = unixSeqpacketPath(address);
    resolveUnixConfig(options);
    options.signal?.throwIfAborted();
    await channelCode.load();
    options.signal?.throwIfAborted();
    using libc = Libc.require(WHAT);
    const plain = requireSocketPath(path);
    return adopt(
      connectSeqpacket(libc, plain),
      (socket) => new UnixSeqpacketTransport(socket, options),
    );
  }

  /**
   * Listens on a path, at once. A socket file that is left over is removed.
   *
   * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
   * socket; and the other errors of Deno.listen.
   * @throws {Deno.errors.NotCapable} Without the permissions.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit or the mode is out of its range, or
   * `maxBodyLenWrite` doesn't fit a datagram.
   */
  static listen(
    address: string | UnixSeqpacketAddress,
    options: UnixSeqpacketListenOptions = {},
  ): Acceptor<UnixSeqpacketTransport, UnixSeqpacketAddr> {
    const given = unixSeqpacketPath(address);
    const { maxBodyLenWrite } = resolveUnixConfig(options);
    checkMode(options.mode);
    using libc = Libc.require(WHAT);
    const path = requireSocketPath(given);
    removeStaleSocketSync(path);
    const socket = listenSeqpacket(libc, path, options.mode);
    try {
      fitSendBuffer(libc, socket.fd, maxBodyLenWrite);
      return seqpacketAcceptor(
        libc,
        socket,
        { transport: "unix-seqpacket", path },
        (accepted) => new UnixSeqpacketTransport(accepted, options),
        () => channelCode.load(),
      );
    } catch (error) {
      socket.close();
      removeSocketFile(path);
      throw error;
    }
  }

  /** Listens on a path; a socket file that is left over is removed. */
  static async listenAsync(
    address: string | UnixSeqpacketAddress,
    options: UnixSeqpacketListenOptions = {},
  ): Promise<Acceptor<UnixSeqpacketTransport, UnixSeqpacketAddr>> {
    return await UnixSeqpacketTransport.listen(address, options);
  }

  /**
   * Two linked sockets. Give one to a child process, or send it to another program
   * with a message; the constructor makes a transport of the other. Needs
   * `--allow-ffi` only.
   *
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   *
   * @example A child process that inherits its end as descriptor 3
   * ```ts ignore
   * import { spawn } from "node:child_process";
   * import { Peer, UnixSeqpacketTransport } from "jsr:@fizyr/rpc";
   *
   * const [ours, theirs] = UnixSeqpacketTransport.socketPair();
   * // In worker.ts: new UnixSeqpacketTransport(new FileDescriptor(3))
   * spawn("deno", ["run", "--allow-ffi", "worker.ts"], {
   *   stdio: ["inherit", "inherit", "inherit", theirs.fd],
   * });
   * theirs.close();
   * await using peer = Peer.spawn(new UnixSeqpacketTransport(ours));
   * ```
   */
  static socketPair(): [FileDescriptor, FileDescriptor] {
    using libc = Libc.require(WHAT);
    return seqpacketPair(libc);
  }

  /**
   * Two linked ends, for tests. Needs `--allow-ffi` only.
   *
   * @param config The limits of both ends.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit is out of its range, or doesn't fit a datagram.
   */
  static pair(
    config?: UnixConfig,
  ): [UnixSeqpacketTransport, UnixSeqpacketTransport] {
    resolveUnixConfig(config);
    const make = (socket: FileDescriptor): UnixSeqpacketTransport =>
      new UnixSeqpacketTransport(socket, config);
    return adoptPair(UnixSeqpacketTransport.socketPair(), make, make);
  }

  /** Turns what the user gave into a body. */
  toBody(input: BodyInput<UnixBody>): UnixBody {
    return toUnixBody(input);
  }

  /** Lets the connection keep the program alive, which is the default. */
  override ref(): void {
    whenMade(this.#channel, (channel) => channel.setRef(true));
  }

  /** Lets the program end while the connection is open. */
  override unref(): void {
    whenMade(this.#channel, (channel) => channel.setRef(false));
  }
}

type Made = SeqpacketChannel | LateChannel<UnixBody, SeqpacketChannel>;

/** The channel of a socket, which it takes over. */
function channelOf(
  libc: Libc,
  socket: FileDescriptor,
  config: ResolvedUnixConfig,
): Made {
  const { loaded } = channelCode;
  if (loaded !== null) {
    return new loaded.SeqpacketChannel(libc, socket, config);
  }
  const own = new FileDescriptor(socket[disown](), libc);
  return new LateChannel({
    async load() {
      const { SeqpacketChannel } = await channelCode.load();
      return () => {
        using libc = Libc.require(WHAT);
        return new SeqpacketChannel(libc, own, config);
      };
    },
    check: (message) => checkUnixMessage(message, config),
    abandon: () => own.close(),
  });
}
