import type { StreamDefinition } from "../declare/definition.ts";

/** Says who sends a stream; the client, where that wasn't written yet. */
export function senderText({ from }: Partial<StreamDefinition>): string {
  return `Sent by the ${from === "server" ? "server" : "client"}.`;
}
