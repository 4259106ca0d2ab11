import type {
  ListenerStats,
  ListenerStatsOptions,
} from "../../listener/listener_stats.ts";
import type { DurationHistogram } from "./duration_histogram.ts";

/** What a server has counted of a service. */
export interface ServiceStats {
  /** The name in the declaration. */
  readonly name: string;
  /** The id on the wire. */
  readonly id: number;
  /** The requests that came, those that are open included. */
  readonly calls: number;
  /** The requests that have no response yet. */
  readonly open: number;
  /**
   * How many error responses there were for each reason: an `ErrorReason`, the name of a
   * declared error, or `connection-lost` where the connection ended before the response.
   */
  readonly errors: Readonly<Record<string, number>>;
  /** How long requests took from their arrival at `serve` to the response, errors included. */
  readonly durations: DurationHistogram;
}

/** What a server has counted of an interface, over all of its connections. */
export interface InterfaceStats {
  /** The name of the interface. */
  readonly name: string;
  /** The connections on which it is served now. */
  readonly connections: number;
  /** The services, in the order declared. */
  readonly services: readonly ServiceStats[];
}

/** What the other side of a connection has counted, as `serverStats` gives it. */
export interface ServerStats {
  /** The interfaces that it serves on this connection. */
  readonly interfaces: readonly InterfaceStats[];
  /**
   * The connections of its listener, where it tells of them (`stats: { listener }`), as
   * `listener.stats()` gives them there. `info` is what JSON has left of it.
   */
  readonly listener?: ListenerStats;
}

/** What tells of connections: a `Listener`. */
export interface StatsListener {
  /** The figures of all connections together, and of each that is open. */
  stats(options?: ListenerStatsOptions): ListenerStats;
}
