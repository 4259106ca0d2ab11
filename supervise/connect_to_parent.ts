import { Socket } from "node:net";
import process from "node:process";
import { systemClock } from "../internal/clock.ts";
import type { StreamBody } from "../protocol/body.ts";
import type { StreamConfig } from "../protocol/config.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { type PeerOptions, resolvePeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import { type PipeInfo, PipeTransport } from "./pipe_transport.ts";

/** The descriptor that a program which is looked after has to its parent. */
export const PARENT_FD = 3;

/** The environment variable that says that there is one. */
export const PARENT_VARIABLE = "FIZYR_RPC_PARENT_FD";

/** The options of `connectToParent`. */
export interface ConnectToParentOptions extends PeerOptions, StreamConfig {
  /**
   * How long after the end of the connection the program may go on with what it has
   * begun, in milliseconds; then it exits. Default: 1000.
   */
  exitTimeout?: number | undefined;
}

/**
 * Connects a program to the one that looks after it with {@linkcode supervise}. When
 * that ends, in whatever way, this program exits too: with status 0, when what was open
 * has been answered, or after `exitTimeout`. So it does when its parent drains the
 * connection, which is how it is told to stop.
 *
 * A parent that isn't given an `address` makes its calls over this connection: serve it.
 *
 * @throws {TypeError} If the program wasn't started by `supervise`, or has connected
 * already.
 * @throws {RangeError} If an option is out of its range.
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
  options: ConnectToParentOptions = {},
): PeerHandle<StreamBody, PipeInfo> {
  const { exitTimeout = 1000 } = options;
  resolvePeerOptions(options);
  if (process.env[PARENT_VARIABLE] !== `${PARENT_FD}`) {
    throw new TypeError(
      `There is no parent to connect to: ${PARENT_VARIABLE} isn't set, as supervise() does it, or connectToParent() was called before`,
    );
  }
  // A child of this program must not take itself for one that is looked after.
  delete process.env[PARENT_VARIABLE];
  const socket = new Socket({
    fd: PARENT_FD,
    readable: true,
    writable: true,
  });
  const peer = Peer.spawn(new PipeTransport(socket, options), options);
  const exit = (): void => process.exit();
  // Its parent is gone: handlers that hang must not keep the program.
  const onEnd = (): void => void systemClock.start(exit, exitTimeout, true);
  socket.once("end", onEnd);
  socket.once("close", onEnd);
  peer.closed.then(exit);
  return peer;
}
