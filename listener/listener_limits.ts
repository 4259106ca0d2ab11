import { checkLeast } from "../internal/check_options.ts";
import { SharedCount } from "../internal/shared_count.ts";
import { QueuedBytes } from "../peer/flow/queued_bytes.ts";
import type { SharedLimits } from "../peer/shared_limits.ts";
import type { ListenerOptions } from "./listener_options.ts";

/** What a listener as a whole may hold. */
export interface ListenerLimits {
  /** The connections, with those that wait for `authorize`. */
  readonly connections: SharedCount;
  /** What the connections share. */
  readonly shared: SharedLimits;
}

/**
 * The limits for a listener as a whole, of which nothing is taken yet.
 *
 * @throws {RangeError} If one is no number of at least 1.
 */
export function listenerLimits(
  {
    maxConnections = Infinity,
    maxTotalOpenRequests = Infinity,
    maxTotalQueuedBytes = Infinity,
  }: Pick<
    ListenerOptions<never>,
    "maxConnections" | "maxTotalOpenRequests" | "maxTotalQueuedBytes"
  >,
): ListenerLimits {
  checkLeast("maxConnections", maxConnections, 1);
  checkLeast("maxTotalOpenRequests", maxTotalOpenRequests, 1);
  checkLeast("maxTotalQueuedBytes", maxTotalQueuedBytes, 1);
  return {
    connections: new SharedCount(maxConnections),
    shared: {
      receivedRequests: new SharedCount(maxTotalOpenRequests),
      // Without a limit there is nothing to add up.
      queuedBytes: maxTotalQueuedBytes === Infinity
        ? null
        : new QueuedBytes(maxTotalQueuedBytes),
    },
  };
}
