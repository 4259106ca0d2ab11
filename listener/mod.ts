/**
 * The Listener: accepts connections and gives their peers.
 *
 * @module
 */
export { type ConnectionHandler, Listener } from "./listener.ts";
export type { ListenerOptions } from "./listener_options.ts";
