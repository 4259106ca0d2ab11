import { checkLeast } from "../internal/check_options.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";
import type { Body } from "../protocol/body.ts";
import type {
  ConnectionStats,
  ListenerStatsOptions,
  ListenerTotal,
} from "./listener_stats.ts";

const NOTHING: ListenerTotal = {
  messagesSent: 0,
  messagesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  errors: 0,
  lateUpdates: 0,
  refusedRequests: 0,
  droppedMessages: 0,
  outdatedMessages: 0,
  pauses: 0,
  pausedTime: 0,
};

const DEFAULT_CONNECTIONS = 1000;
const DEFAULT_REQUESTS = 20;

/** The connections of a listener that aren't closed, and what all of them have counted. */
export class OpenPeers<B extends Body, I> {
  /** The open ones, the oldest first. */
  readonly #open = new Set<PeerWriteHandle<B, I>>();
  /** What those that are closed have counted. */
  #closed = NOTHING;
  /** How many there were. */
  accepted = 0;

  /** The open ones, the oldest first. */
  [Symbol.iterator](): Iterator<PeerWriteHandle<B, I>> {
    return this.#open.values();
  }

  /** How many are open. */
  get open(): number {
    return this.#open.size;
  }

  /** Adds one until it is closed. */
  add(peer: PeerHandle<B, I>): void {
    this.accepted++;
    // The handler may split the peer, which empties its handle.
    const handle = peer.lendWriter();
    this.#open.add(handle);
    handle.whenClosed(() => {
      this.#closed = sumOf(this.#closed, handle.stats());
      this.#open.delete(handle);
    });
  }

  /** What all of them have counted. */
  get total(): ListenerTotal {
    let total = this.#closed;
    for (const peer of this.#open) total = sumOf(total, peer.stats());
    return total;
  }

  /** The figures of each that is open. */
  connections(
    {
      connections = DEFAULT_CONNECTIONS,
      requests = DEFAULT_REQUESTS,
    }: ListenerStatsOptions,
  ): ConnectionStats[] {
    checkLeast("connections", connections, 0);
    checkLeast("requests", requests, 0);
    return this.#open.values().take(connections).map((peer) => ({
      ...peer.stats(),
      openRequests: peer.openRequests({ limit: requests }),
    })).toArray();
  }
}

function sumOf(a: ListenerTotal, b: ListenerTotal): ListenerTotal {
  const names = Object.keys(NOTHING) as (keyof ListenerTotal)[];
  const sums = names.map((name) => [name, a[name] + b[name]]);
  return Object.fromEntries(sums) as ListenerTotal;
}
