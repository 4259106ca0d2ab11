import type { StreamDefinition } from "../declare/definition.ts";

/** Says who sends a stream. */
export function senderText({ from }: StreamDefinition): string {
  // A definition that was read may have any text here, and this isn't escaped for HTML.
  return `Sent by the ${from === "server" ? "server" : "client"}.`;
}
