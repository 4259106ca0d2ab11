/** What the example servers and clients do once they are connected. */
import type { PeerHandle } from "@fizyr/rpc/peer";

/** What is asked: the request and its response, and the update in between. */
const GREET = 1;
const THINKING = 10;

/** Answers requests until the client is gone. */
export function greet(peer: PeerHandle): Promise<void> {
  return peer.serve({
    [GREET]: async (request, body) => {
      const text = body.text();
      console.log(`Request ${request.requestId}: ${text}`);
      await request.sendUpdate(THINKING, "Let me think");
      return `You said: ${text}`;
    },
  });
}

/** Sends one request and prints what comes back. */
export async function ask(peer: PeerHandle, text: string): Promise<void> {
  const request = await peer.sendRequest(GREET, text);
  for await (const update of request) console.log(`Update: ${update.text()}`);
  const response = await request.recvResponse();
  console.log(`${response.isError ? "Error" : "Response"}: ${response.text()}`);
}
