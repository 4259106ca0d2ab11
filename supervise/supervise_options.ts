import type { StreamBody } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { HeartbeatOptions } from "../peer/liveness/heartbeat_options.ts";
import type { BackoffOptions } from "../reconnect/backoff.ts";
import type { LinkOptions, SetupContext } from "../reconnect/link_options.ts";

/** How a program is ended, step by step: each step begins when the time of the one before is over. */
export interface StopOptions {
  /** How long calls that are open may take, in milliseconds. Default: 5000. */
  drain?: number | undefined;
  /**
   * How long the program may take to exit by itself, when its connection to this one
   * has ended, before it gets SIGTERM, in milliseconds. Default: 1000; 0 with an
   * `address`, where it can't know.
   */
  exit?: number | undefined;
  /** How long it may take after SIGTERM, before it gets SIGKILL, in milliseconds. Default: 5000. */
  term?: number | undefined;
}

/** The options of `supervise`. */
export interface SuperviseOptions
  extends
    Omit<LinkOptions<StreamBody>, "setup" | "connectTimeout" | "strategy"> {
  /** The program and its arguments. */
  command: readonly [program: string, ...args: string[]];
  /** What it is called, in front of its lines. Default: the program. */
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
   * When it is started again after its end: `on-failure` is after a signal or another
   * status than 0. It waits as a link does: see `backoff`. Default: `always`.
   */
  restart?: "always" | "on-failure" | "never" | undefined;
  /**
   * Makes it ready for calls, when it has answered a ping; see `setup` of a link. It
   * must not wait for what ends with the connection, such as `serve`.
   */
  ready?:
    | ((peer: PeerHandle<StreamBody>, context: SetupContext) => unknown)
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
  /** Takes a line that it has printed. Default: the console gets it with the name. */
  output?:
    | ((line: string, stream: "stdout" | "stderr") => void)
    | undefined;
  /** Called when it was started, with its process id, and when it has ended. */
  onProcess?: ((event: ProcessEvent) => unknown) | undefined;
  /** How a program that is frozen is noticed. Default: 1000 ms each. */
  heartbeat?: HeartbeatOptions | undefined;
  /** How long it waits before it starts the program again. */
  backoff?: BackoffOptions | undefined;
}

/** The start or the end of a program that is looked after. */
export type ProcessEvent =
  | {
    /** It was started. */
    readonly kind: "started";
    /** Its process id. */
    readonly pid: number;
  }
  | ProcessEnd;

/** The end of a program that is looked after. */
export interface ProcessEnd {
  /** It has ended. */
  readonly kind: "ended";
  /** Its exit status; null after a signal, and where it couldn't be started. */
  readonly status: number | null;
  /** The signal that has ended it, or null. */
  readonly signal: string | null;
  /** Why it couldn't be started; null if it was. */
  readonly error: Error | null;
}
