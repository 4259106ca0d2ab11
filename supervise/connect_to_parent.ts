import { Socket } from "node:net";
import process from "node:process";
import { onAbort } from "../internal/abort.ts";
import { checkLeast, checkWord } from "../internal/check_options.ts";
import { systemClock } from "../internal/clock.ts";
import { NotSupported } from "../internal/runtime/errors.ts";
import type { Body, StreamBody } from "../protocol/body.ts";
import { resolveStreamConfig, type StreamConfig } from "../protocol/config.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { type PeerOptions, resolvePeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import { FileDescriptor } from "../transports/descriptor/file_descriptor.ts";
import type { Transport } from "../transports/transport.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import {
  resolveUnixConfig,
  type UnixConfig,
} from "../transports/unix_seqpacket/unix_config.ts";
import {
  type UnixSeqpacketInfo,
  UnixSeqpacketTransport,
} from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import {
  PARENT_FD,
  PARENT_VARIABLE,
  SOCKET_KINDS,
  SOCKET_VARIABLE,
  type SocketKind,
} from "./parent_variables.ts";
import { type PipeInfo, PipeTransport } from "./stream_socket.ts";

/** The options of `connectToParent` over a socket of either kind. */
export interface ParentOptions extends PeerOptions {
  /**
   * How long after the end of the connection the program may take to answer what is
   * open, and then to end by itself, in milliseconds; then it exits. Default: 1000.
   */
  exitTimeout?: number | undefined;
}

/** The options of `connectToParent`. */
export interface ConnectToParentOptions extends ParentOptions, StreamConfig {
  /** The kind of socket that `supervise` was told to make. Default: `stream`. */
  socket?: "stream" | undefined;
}

/** The options of `connectToParent` over a seqpacket socket. */
export interface ConnectToParentBySeqpacketOptions
  extends ParentOptions, UnixConfig {
  /** The kind of socket that `supervise` was told to make. */
  socket: "seqpacket";
}

/**
 * Connects a program to the one that looks after it with {@linkcode supervise}. When
 * that ends, in whatever way, this program ends too: when it has nothing left to do, or
 * else by `process.exit()` after `exitTimeout`. It ends as well when its parent closes
 * the connection, which is how it is told to stop: `serve` returns then.
 *
 * A parent that isn't given an `address` makes its calls over this connection: serve it.
 *
 * @throws {TypeError} If the program wasn't started by `supervise`, has connected
 * already, or was given another kind of socket; if `socket` is no kind of socket.
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} NotSupported, in Bun.
 *
 * @example A camera that somebody looks after
 * ```ts ignore
 * import { connectToParent } from "jsr:@fizyr/rpc/supervise";
 *
 * const parent = connectToParent();
 * await parent.serve({ 1: () => "image" });
 * ```
 */
export function connectToParent(
  options?: ConnectToParentOptions,
): PeerHandle<StreamBody, PipeInfo>;
/**
 * The same over a seqpacket socket, whose messages carry descriptors, such as those of
 * shared memory. In Deno on Linux, with `--allow-ffi`.
 */
export function connectToParent(
  options: ConnectToParentBySeqpacketOptions,
): PeerHandle<UnixBody, UnixSeqpacketInfo>;
/** Both. */
export function connectToParent(
  options: ConnectToParentOptions | ConnectToParentBySeqpacketOptions = {},
): unknown {
  resolvePeerOptions(options);
  checkLeast("exitTimeout", options.exitTimeout ?? 0, 0);
  checkWord("socket", options.socket ?? "stream", SOCKET_KINDS);
  // Before the descriptor is taken: what takes it would close it again.
  if (options.socket === "seqpacket") resolveUnixConfig(options);
  else resolveStreamConfig(options);
  return options.socket === "seqpacket"
    ? connectOver("seqpacket", options, () => {
      const socket = new FileDescriptor(PARENT_FD);
      return new UnixSeqpacketTransport(socket, options);
    })
    : connectOver("stream", options, () => {
      const socket = new Socket({
        fd: PARENT_FD,
        readable: true,
        writable: true,
      });
      return new PipeTransport(socket, options);
    });
}

function connectOver<B extends Body, I>(
  kind: SocketKind,
  options: ParentOptions,
  open: () => Transport<B, I>,
): PeerHandle<B, I> {
  const { exitTimeout = 1000 } = options;
  checkParent(kind);
  const peer = Peer.spawn(open(), options);
  // A child of this program must not take itself for one that is looked after.
  delete process.env[PARENT_VARIABLE];
  delete process.env[SOCKET_VARIABLE];
  const exit = (): void => process.exit();
  let stop: (() => void) | null = null;
  // Its parent is gone: handlers that hang must not keep the program.
  onAbort(peer.broadcastTarget().signal, () => {
    stop = systemClock.start(exit, exitTimeout, true);
  });
  peer.closed.then(() => {
    stop?.();
    // From here on the program ends by itself when it has nothing left to do.
    systemClock.start(exit, exitTimeout);
  });
  return peer;
}

function checkParent(kind: SocketKind): void {
  if ("Bun" in globalThis) {
    throw new NotSupported(
      "connectToParent needs Deno or Node: Bun makes no socket of a descriptor",
    );
  }
  const {
    [PARENT_VARIABLE]: fd,
    [SOCKET_VARIABLE]: given = "stream",
  } = process.env;
  if (fd !== `${PARENT_FD}`) {
    throw new TypeError(
      `There is no parent to connect to: ${PARENT_VARIABLE} isn't set, as supervise() does it, or connectToParent() was called before`,
    );
  }
  if (given === kind) return;
  throw new TypeError(
    `Descriptor ${PARENT_FD} is a ${given} socket, as supervise() was told: give connectToParent() the option socket: "${given}" too`,
  );
}
