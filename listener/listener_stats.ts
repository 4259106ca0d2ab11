import type { OpenRequest } from "../peer/open_request.ts";
import type { PeerStats } from "../peer/stats.ts";
import type { SocketAddr } from "../transports/acceptor.ts";

/** The figures of a connection, and its open requests. */
export interface ConnectionStats extends PeerStats {
  /** The oldest open requests; `openSentRequests` and `openReceivedRequests` say how many there are. */
  readonly openRequests: readonly OpenRequest[];
}

/** The figures of `PeerStats` that only grow: they can be added up. */
export type ListenerTotal = {
  readonly [
    K in
      | "messagesSent"
      | "messagesReceived"
      | "bytesSent"
      | "bytesReceived"
      | "errors"
      | "lateUpdates"
      | "refusedRequests"
      | "droppedMessages"
      | "outdatedMessages"
      | "pauses"
      | "pausedTime"
  ]: number;
};

/** The figures of a listener, as `listener.stats()` gives them. */
export interface ListenerStats {
  /** The address it listens on. */
  readonly addr: SocketAddr;
  /** When it was made, in milliseconds since 1970, as Date.now(). */
  readonly since: number;
  /** The connections so far, without those that were refused. */
  readonly accepted: number;
  /** The connections that aren't closed. */
  readonly open: number;
  /** The connections that `authorize` has refused, or didn't answer in time, and those over `maxConnections`. */
  readonly refused: number;
  /** The accepts that have failed. */
  readonly failedAccepts: number;
  /** The sums over all connections, the closed ones included. */
  readonly total: ListenerTotal;
  /** The connections that aren't closed, the oldest first. */
  readonly connections: readonly ConnectionStats[];
}

/** How much `listener.stats()` returns. */
export interface ListenerStatsOptions {
  /** At most so many connections. Default: 1000. */
  connections?: number | undefined;
  /** At most so many open requests of each connection. Default: 20. */
  requests?: number | undefined;
}
