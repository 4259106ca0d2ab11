import { checkLeast } from "../internal/check_options.ts";
import { checkHeartbeat, type HeartbeatOptions } from "./liveness/heartbeat.ts";
import type { ErrorContext } from "./error_context.ts";
import type { FlowLimits } from "./flow/flow_control.ts";

/** The limits of a Peer, and where its errors go. */
export interface PeerOptions {
  /**
   * How many requests this side may have open at once, abandoned ones included.
   * Beyond that, `sendRequest` and `call` wait for the response to an earlier one.
   * Where it is raised above 4096, set it on both sides, or raise the other side's
   * `maxOpenReceivedRequests`, which refuses what is above it. Default: 1024.
   */
  maxOpenSentRequests?: number | undefined;
  /**
   * How many requests the other side may have open at once. Further ones get an
   * error response (`limit-exceeded`). Default: 4096.
   */
  maxOpenReceivedRequests?: number | undefined;
  /**
   * How many received requests and stream messages may wait to be taken before
   * reading pauses; and how many updates, of all requests together. Default: 4096.
   */
  maxInboxMessages?: number | undefined;
  /**
   * How many bytes of received requests and stream messages may wait to be taken
   * before reading pauses; and how many of updates. A message counts 256 bytes
   * besides its body, and 64 KiB for each descriptor, as in all limits in bytes but
   * those for bodies. Default: 16 MiB.
   */
  maxInboxBytes?: number | undefined;
  /**
   * How many updates of one request, or messages of one subscription, may wait to
   * be taken before reading pauses. Those that are taken with `keep` never pause it.
   * Default: 1024.
   */
  maxRequestInboxMessages?: number | undefined;
  /**
   * How many bytes of updates of one request, or of messages of one subscription,
   * may wait to be taken before reading pauses. Those that are taken with `keep`
   * never pause it. Default: 4 MiB.
   */
  maxRequestInboxBytes?: number | undefined;
  /**
   * How many bytes of requests, updates and stream messages may be queued for
   * writing before more of them wait. Responses don't wait, and don't count.
   * Default: 1 MiB.
   */
  writeQueueBytes?: number | undefined;
  /**
   * How many bytes of responses may be queued for writing before no further
   * request is handed over. So a side that doesn't read its responses causes no
   * further work. While reading is paused it is 4 times as many. Beyond that, a
   * request that hasn't begun is refused after each tenth of `stallTimeout`.
   * Default: 16 MiB.
   */
  replyQueueBytes?: number | undefined;
  /**
   * How long the other side may take none of the bytes sent to it, or add less
   * than 64 KiB to a message that it began, in milliseconds. After that, or up to
   * as much later, the connection ends with `limit-exceeded`. An idle connection
   * may stay idle. 0 turns it off. Default: 30 000.
   */
  stallTimeout?: number | undefined;
  /**
   * How long a `call` without a `timeout` of its own may take, in milliseconds. Then
   * it ends with `deadline-exceeded`, as by its `timeout`. Default: Infinity.
   */
  callTimeout?: number | undefined;
  /**
   * Whether the other side is known to be a peer of this library, and not one of the
   * native crate. Then cancels, deadlines and metadata are sent, which the native
   * protocol doesn't have. Set it on both sides. Default: false.
   */
  extensions?: boolean | undefined;
  /**
   * Ends the connection with `connection-aborted` when the other side gives no sign
   * of life. When nothing has come for `interval`, it is pinged. When nothing comes for
   * `timeout` after that, the connection ends, and all calls with it.
   *
   * It is for peers of this library, which need no option for it, and not for those of
   * the native crate, where a ping is a request for an unknown service. Whatever comes
   * is a sign of life, and a peer whose reading is paused sends some. So a slow peer is
   * not cut off, unless its program blocks the event loop, or doesn't accept the
   * connection, for longer than both times together. Default: off.
   */
  heartbeat?: HeartbeatOptions | undefined;
  /**
   * How long `close()` goes on writing what was accepted, waits for the other side's
   * end, and for the transport's, in milliseconds. Default: 5000.
   */
  closeTimeout?: number | undefined;
  /**
   * How long `drain()` waits for the open requests of both sides before it closes what
   * is left, in milliseconds; for listeners, how long `shutdown()` waits for the
   * connections and handlers of `run`. Default: 10 000.
   */
  drainTimeout?: number | undefined;
  /**
   * Called with the errors that iteration and `serve` skip, with what handlers throw,
   * and with whatever else the application would want to know; and with what each
   * belongs to: the connection, the request, and the service, where they are known. What it throws or
   * rejects with goes to the console. Without it, `console.error` gets the first error
   * of each kind on a connection, and then their number when it reaches 10, 100 and so
   * on. It doesn't get `connection-aborted`, which `closed` tells.
   */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined;
}

/** {@linkcode PeerOptions} with the defaults filled in. */
export type ResolvedPeerOptions =
  & {
    readonly [
      K in keyof Omit<PeerOptions, "onError" | "extensions" | "heartbeat">
    ]-?: number;
  }
  & {
    readonly onError:
      | ((error: unknown, context: ErrorContext) => void)
      | undefined;
    readonly extensions: boolean;
    readonly heartbeat: HeartbeatOptions | null;
  };

const MIB = 1024 * 1024;

/** What a refusal counts, with its text, in bytes. */
const REFUSAL_COST = 512;

const DEFAULTS = {
  maxOpenSentRequests: 1024,
  maxOpenReceivedRequests: 4096,
  maxInboxMessages: 4096,
  maxInboxBytes: 16 * MIB,
  maxRequestInboxMessages: 1024,
  maxRequestInboxBytes: 4 * MIB,
  writeQueueBytes: MIB,
  replyQueueBytes: 16 * MIB,
  stallTimeout: 30_000,
  closeTimeout: 5_000,
  drainTimeout: 10_000,
  callTimeout: Infinity,
};

/** The options that 0 turns off, or makes immediate. */
const MAY_BE_0: ReadonlySet<string> = new Set([
  "stallTimeout",
  "closeTimeout",
  "drainTimeout",
]);

/**
 * Checks options and fills in the defaults.
 *
 * @throws {RangeError} If a limit is no number of at least 1 (`stallTimeout`,
 * `closeTimeout` and `drainTimeout`: 0), or a time of `heartbeat` is out of its range.
 */
export function resolvePeerOptions(
  options: PeerOptions = {},
): ResolvedPeerOptions {
  const resolved: Record<keyof typeof DEFAULTS, number> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name];
    if (value === undefined) continue;
    resolved[name] = checkLeast(name, value, MAY_BE_0.has(name) ? 0 : 1);
  }
  const { onError, extensions = false } = options;
  const heartbeat = options.heartbeat === undefined
    ? null
    : checkHeartbeat(options.heartbeat);
  return { ...resolved, onError, extensions, heartbeat };
}

/** The marks of the queues. */
export function flowLimits(options: ResolvedPeerOptions): FlowLimits {
  const all = {
    messages: options.maxInboxMessages,
    cost: options.maxInboxBytes,
  };
  return {
    inbox: all,
    updates: all,
    requestUpdates: {
      messages: options.maxRequestInboxMessages,
      cost: options.maxRequestInboxBytes,
    },
    own: options.writeQueueBytes,
    replies: options.replyQueueBytes,
    // Of two sides with the same options, neither has ever more refused at once.
    refusals: Math.max(
      options.replyQueueBytes,
      options.maxOpenReceivedRequests * REFUSAL_COST,
      options.maxOpenSentRequests * REFUSAL_COST,
    ),
  };
}
