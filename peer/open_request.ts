/**
 * A request that has no response yet, as `openRequests()` gives it.
 *
 * @example What a slow server works on
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const request = await client.sendRequest(7, "");
 * const message = await server.recvMessage();
 * const [open] = server.openRequests();
 * assertEquals([open?.direction, open?.serviceId], ["received", 7]);
 * if (message?.kind === "request") await message.request.sendResponse(7, "");
 * await request.recvResponse();
 * assertEquals(client.openRequests(), []);
 * ```
 */
export interface OpenRequest {
  /** Which side sent it: `"sent"` is this one, `"received"` the other one. */
  readonly direction: "sent" | "received";
  /** Its id. Each side numbers its own. */
  readonly requestId: number;
  /** The service asked for. */
  readonly serviceId: number;
  /** When it was sent, or read, in milliseconds since 1970, as Date.now(). */
  readonly since: number;
  /** How long it has been open, in milliseconds. A change of the system's time doesn't show in it. */
  readonly age: number;
  /**
   * - `"queued"`: one that was sent waits to be written, one that was received to be
   *   taken by the application.
   * - `"running"`: the side that was asked has it.
   * - `"abandoned"`: this side has sent it, and waits for it no more. It keeps its id
   *   until the response comes.
   */
  readonly state: "queued" | "running" | "abandoned";
  /** How many updates have come for it that nobody has taken. */
  readonly unreadUpdates: number;
}

/** How much `openRequests()` returns. */
export interface OpenRequestsOptions {
  /** At most so many requests, the oldest ones. Default: 100. */
  limit?: number | undefined;
}
