import type { Body } from "../../protocol/body.ts";
import type { Connection } from "../connection.ts";
import type { ReceivedMessage } from "./received_message.ts";

/**
 * Marks a message as the application's. False for a request that was cancelled, or
 * whose time was up, after it had been taken: it is dropped, and nobody gets it.
 */
export function handOver<B extends Body>(
  { counters }: Connection<B, unknown>,
  item: ReceivedMessage<B>,
): boolean {
  if (item.kind === "stream" || item.request.handOver()) return true;
  counters.droppedMessages++;
  item.body[Symbol.dispose]();
  return false;
}
