/**
 * What happens in a program, on channels of `node:diagnostics_channel`: connections,
 * calls, handlers, messages and errors. A program that doesn't ask for it pays nothing
 * but a look at a variable.
 *
 * @example Slow calls
 * ```ts
 * import { subscribe } from "node:diagnostics_channel";
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { type CallEndMessage, publishDiagnostics } from "jsr:@fizyr/rpc/diagnostics";
 *
 * using _published = publishDiagnostics();
 * const ended: number[] = [];
 * subscribe("fizyr-rpc:call:end", (message) => {
 *   const { serviceId, duration } = message as CallEndMessage;
 *   ended.push(serviceId);
 *   if (duration > 1000) console.warn(`Service ${serviceId} took ${duration} ms`);
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({ 7: (_request, body) => body });
 * await client.call(7, "Hello");
 * assertEquals(ended, [7]);
 * await client.close();
 * await serving;
 * ```
 *
 * @module
 */
export type {
  CallEndMessage,
  CallStartMessage,
  CloseMessage,
  ConnectMessage,
  DiagnosticsMessages,
  ErrorMessage,
  HandlerEndMessage,
  HandlerStartMessage,
  MessageMessage,
} from "./messages.ts";
export { publishDiagnostics } from "./publish_diagnostics.ts";
