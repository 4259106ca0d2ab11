import type { StreamDefinition } from "../declare/definition.ts";

/** Says who sends a stream. */
export function senderText({ from }: StreamDefinition): string {
  // A document may say anything, and HTML takes this text as it is.
  return `Sent by the ${from === "server" ? "server" : "client"}.`;
}
