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
} from "../unix_seqpacket/seqpacket_socket.ts";
import { checkUnixMessage } from "../unix_seqpacket/unix_config.ts";
import { Libc } from "../libc/libc.ts";
import { takesFrameLimit } from "../shared_memory/lending.ts";
import type { Credentials } from "../unix/credentials.ts";
import { checkMode } from "../unix/socket_file.ts";
import { peerCredentials, removeSocketFile } from "../unix/path_socket.ts";
import { removeStaleSocketSync } from "../unix/stale_socket.ts";
import { requireSocketPath } from "../unix/socket_path.ts";
import type { UnixBody } from "../unix_seqpacket/unix_body.ts";
import { toRingBody } from "./frames/lease_body.ts";
import {
  type ResolvedSharedRingConfig,
  resolveSharedRingConfig,
  type SharedRingAddr,
  type SharedRingAddress,
  type SharedRingConfig,
  sharedRingPath,
} from "./shared_ring_config.ts";
import type { SharedRingChannel } from "./shared_ring_channel.ts";

const WHAT = "A connection over rings in shared memory";

const channelCode = /* @__PURE__ */ new LateCode(
  () => import("./shared_ring_channel.ts"),
);

/** What is known of a connection over rings in shared memory. */
export interface SharedRingInfo {
  /**
   * The process at the other end, as the kernel recorded it when the connection
   * was made.
   */
  readonly credentials: Credentials | null;
}

/** The options of `SharedRingTransport.connect`. */
export interface SharedRingConnectOptions extends SharedRingConfig {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The options of `SharedRingTransport.listen`. */
export interface SharedRingListenOptions extends SharedRingConfig {
  /**
   * The permissions of the socket file, such as `0o600`. They are never wider, not
   * even for a moment. Default: 0o777 without the bits of the process's umask.
   */
  mode?: number | undefined;
}

/**
 * A transport over two rings in memory that both processes have mapped: while both
 * are busy, no message makes a system call. Linux only (x86-64 and arm64).
 *
 * - It begins as a Unix seqpacket socket, which stays: for file descriptors, to
 *   wake a side that sleeps, and to notice the other side's end. The memory has no
 *   name, and nothing of it is left when both have ended.
 * - Order: as sent, those with descriptors too.
 * - Backpressure: a full ring. A message longer than the ring goes through it in
 *   pieces.
 * - Bodies are copied out of the ring: what is delivered never changes. `using`
 *   gives the memory of a large one back, as with `StreamBody`.
 * - A lease of a `SharedMemoryPool` of 64 KiB or more isn't copied: the body is a view
 *   of the sender's memory, whatever its size. Dispose it, and the sender can fill
 *   that memory again. `maxBodyLenRead` and `maxBodyLenWrite` don't apply to it.
 * - The other side is not trusted: whatever it writes into the memory ends the
 *   connection at worst, with `invalid-shared-memory` or what a bad message gives.
 * - Closing: what was written is still read by the other side.
 * - Memory: two rings of `ringSize` for a busy connection. One that is idle for a
 *   second or two gives its pages back.
 * - Workers: as with `UnixSeqpacketTransport`.
 *
 * Permissions: `--allow-ffi` without a scope, and `--allow-read` and
 * `--allow-write` for the path.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer, SharedRingTransport } from "jsr:@fizyr/rpc";
 *
 * const transport = await SharedRingTransport.connect("/run/cell.sock");
 * await using peer = Peer.spawn(transport);
 * console.log(peer.info.credentials?.pid);
 * ```
 */
export class SharedRingTransport
  extends ChannelTransport<UnixBody, SharedRingInfo> {
  /** What it is called in `stats()`. */
  override get name(): string {
    return "unix-shm";
  }
  readonly #channel: Made;

  /**
   * Takes over a connected Unix seqpacket socket, such as one that was inherited,
   * and makes it nonblocking. The FileDescriptor counts as closed from then on. If
   * this fails, it still belongs to the caller.
   *
   * @param role One side has to be `"connect"`, which makes the rings, and the
   * other one `"accept"`.
   * @throws {RangeError} If a limit or a size is out of its range.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   * @throws {TypeError} If it is no Unix seqpacket socket.
   */
  constructor(
    socket: FileDescriptor,
    role: "connect" | "accept",
    config?: SharedRingConfig,
  ) {
    const resolved = resolveSharedRingConfig(config);
    if (role !== "connect" && role !== "accept") {
      throw new TypeError(
        `role must be "connect" or "accept", got ${JSON.stringify(role)}`,
      );
    }
    using libc = Libc.require(WHAT);
    prepareSocket(libc, socket.fd);
    const credentials = peerCredentials(libc, socket.fd);
    const channel = channelOf(libc, socket, role, resolved, credentials);
    const info = { credentials };
    super(channel, info);
    takesFrameLimit(
      info,
      (maxSize) => whenMade(channel, (made) => made.limitFrames(maxSize)),
    );
    this.#channel = channel;
  }

  /**
   * Connects to a path. It doesn't wait until the other side has taken the rings:
   * if it refuses them, reading fails with the reason.
   *
   * @throws {Deno.errors.NotFound} If there is no such file.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
   * errors of Deno.connect.
   * @throws {Deno.errors.NotCapable} Without the permissions.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit or a size is out of its range.
   */
  static async connect(
    address: string | SharedRingAddress,
    options: SharedRingConnectOptions = {},
  ): Promise<SharedRingTransport> {
    const path = sharedRingPath(address);
    resolveSharedRingConfig(options);
    options.signal?.throwIfAborted();
    await channelCode.load();
    options.signal?.throwIfAborted();
    using libc = Libc.require(WHAT);
    return adopt(
      connectSeqpacket(libc, requireSocketPath(path)),
      (socket) => new SharedRingTransport(socket, "connect", options),
    );
  }

  /**
   * Listens on a path, at once. A socket file that is left over is removed.
   *
   * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
   * socket; and the other errors of Deno.listen.
   * @throws {Deno.errors.NotCapable} Without the permissions.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit, a size or the mode is out of its range.
   */
  static listen(
    address: string | SharedRingAddress,
    options: SharedRingListenOptions = {},
  ): Acceptor<SharedRingTransport, SharedRingAddr> {
    const given = sharedRingPath(address);
    resolveSharedRingConfig(options);
    checkMode(options.mode);
    using libc = Libc.require(WHAT);
    const path = requireSocketPath(given);
    removeStaleSocketSync(path);
    const socket = listenSeqpacket(libc, path, options.mode);
    try {
      return seqpacketAcceptor(
        libc,
        socket,
        { transport: "unix-shm", path },
        (accepted) => new SharedRingTransport(accepted, "accept", options),
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
    address: string | SharedRingAddress,
    options: SharedRingListenOptions = {},
  ): Promise<Acceptor<SharedRingTransport, SharedRingAddr>> {
    return await SharedRingTransport.listen(address, options);
  }

  /**
   * Two linked ends, for tests. Needs `--allow-ffi` only.
   *
   * @param config The limits of both ends.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems than Linux.
   * @throws {RangeError} If a limit or a size is out of its range.
   */
  static pair(
    config?: SharedRingConfig,
  ): [SharedRingTransport, SharedRingTransport] {
    resolveSharedRingConfig(config);
    using libc = Libc.require(WHAT);
    return adoptPair(
      seqpacketPair(libc),
      (socket) => new SharedRingTransport(socket, "connect", config),
      (socket) => new SharedRingTransport(socket, "accept", config),
    );
  }

  /** Turns what the user gave into a body. */
  toBody(input: BodyInput<UnixBody>): UnixBody {
    return toRingBody(input);
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

type Made = SharedRingChannel | LateChannel<UnixBody, SharedRingChannel>;

/** The channel of a socket, which it takes over. */
function channelOf(
  libc: Libc,
  socket: FileDescriptor,
  role: "connect" | "accept",
  config: ResolvedSharedRingConfig,
  credentials: Credentials | null,
): Made {
  const { loaded } = channelCode;
  if (loaded !== null) {
    const { SharedRingChannel } = loaded;
    return new SharedRingChannel(libc, socket, role, config, credentials);
  }
  const own = new FileDescriptor(socket[disown](), libc);
  return new LateChannel({
    async load() {
      const { SharedRingChannel } = await channelCode.load();
      return () => {
        using libc = Libc.require(WHAT);
        return new SharedRingChannel(libc, own, role, config, credentials);
      };
    },
    check: (message) => checkUnixMessage(message, config),
    abandon: () => own.close(),
  });
}
