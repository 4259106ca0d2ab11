/**
 * The Listener: accepts connections and gives their peers.
 *
 * @module
 */
export { Listener } from "./listener.ts";
export type {
  ConnectionStats,
  ListenerStats,
  ListenerStatsOptions,
  ListenerTotal,
} from "./listener_stats.ts";
export type { ListenerOptions } from "./listener_options.ts";
export type { ConnectionHandler } from "./running_handlers.ts";
