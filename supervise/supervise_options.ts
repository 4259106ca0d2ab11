import type { Body, StreamBody } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerOptions } from "../peer/options.ts";
import type { UnixConfig } from "../transports/unix_seqpacket/unix_config.ts";
import type { HeartbeatOptions } from "../peer/liveness/heartbeat.ts";
import type { BackoffOptions } from "../reconnect/backoff.ts";
import type { LinkOptions, SetupContext } from "../reconnect/link_options.ts";
import type { ProcessEvent } from "./process_event.ts";
import type { SocketKind } from "./parent_variables.ts";

/** How a program is ended, step by step: each step begins when the time of the one before is over. */
export interface StopOptions {
  /** How long calls that are open may take, in milliseconds. Default: 5000. */
  drain?: number | undefined;
  /**
   * How long the program may take to exit by itself, when its connection to this one
   * has ended, before it gets SIGTERM, in milliseconds. Default: 2000; 0 with an
   * `address`, where it can't know.
   */
  exit?: number | undefined;
  /** How long it may take after SIGTERM, before it gets SIGKILL, in milliseconds. Default: 5000. */
  term?: number | undefined;
}

/**
 * The options of `supervise`: those of a link and of its connections, and its own. The
 * limits of descriptors are for seqpacket sockets.
 */
export interface SuperviseOptions<B extends Body = StreamBody>
  extends
    Omit<PeerOptions, keyof LinkOptions>,
    UnixConfig,
    Omit<LinkOptions<B>, "setup" | "connectTimeout" | "strategy"> {
  /** The program and its arguments. */
  command: readonly [program: string, ...args: string[]];
  /** What it is called, in front of its lines. Default: the file of the program. */
  name?: string | undefined;
  /** The folder that it runs in. Default: that of this program. */
  cwd?: string | undefined;
  /** Variables of its environment, on top of those of this program. */
  env?: Readonly<Record<string, string>> | undefined;
  /**
   * Where it listens, for one that does. Default: it calls `connectToParent()`, and its
   * end of a socket pair is descriptor 3.
   */
  address?: string | undefined;
  /**
   * The kind of that socket pair. The messages of `seqpacket` carry descriptors; it
   * takes Deno on Linux and `--allow-ffi`, and the same option of `connectToParent`.
   * Default: `stream`.
   */
  socket?: SocketKind | undefined;
  /**
   * When it is started again after its end: `on-failure` is after a signal or another
   * status than 0. It waits as a link does: see `backoff`. It isn't started again where
   * that can't help, as without a permission. Default: `always`.
   */
  restart?: "always" | "on-failure" | "never" | undefined;
  /**
   * Makes it ready for calls, when it has answered a ping; see `setup` of a link. It
   * must not wait for what ends with the connection, such as `serve`.
   */
  ready?:
    | ((peer: PeerHandle<B>, context: SetupContext) => unknown)
    | undefined;
  /**
   * How long it may take until it is ready, in milliseconds; then it is killed, and
   * started again. With an `address` it counts from the loss of a connection too.
   * Default: 30 000.
   */
  readyTimeout?: number | undefined;
  /** How it is ended. */
  stop?: StopOptions | undefined;
  /**
   * How the program ends when this one does without a word, as after `kill -9`:
   * `socket` is for those that call `connectToParent()`; `pdeathsig` puts `setpriv
   * --pdeathsig KILL` in front, for any program, on Linux. Default: `socket`.
   */
  dieWithParent?: "socket" | "pdeathsig" | undefined;
  /** Takes a line that it has printed, or 64 KiB of one. Default: the console gets it with the name. */
  output?:
    | ((line: string, stream: "stdout" | "stderr") => void)
    | undefined;
  /** Called when it was started, with its process id, and when it has ended. */
  onProcess?: ((event: ProcessEvent) => unknown) | undefined;
  /**
   * How a program that is frozen is noticed. One that blocks its event loop for longer
   * than both times together is killed, so leave room for that. Default: 5000 ms each.
   */
  heartbeat?: HeartbeatOptions | undefined;
  /** How long it waits before it starts the program again. */
  backoff?: BackoffOptions | undefined;
}
