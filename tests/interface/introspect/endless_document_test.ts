/** What a server says of itself that has no end. */
import { assertEquals } from "@std/assert";
import {
  describe,
  type DescribeOptions,
  serverStats,
} from "../../../interface/mod.ts";
import { MOST_PARTS } from "../../../interface/introspect/read_document.ts";
import { MemoryTransport, Peer, type PeerHandle } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { rejectsWith } from "../../support/expect.ts";

const asking: [
  number,
  (peer: PeerHandle, options?: DescribeOptions) => Promise<unknown>,
][] = [
  [reservedId.DESCRIBE, describe],
  [reservedId.STATS, serverStats],
];

for (const [id, ask] of asking) {
  Deno.test(`${ask.name} ends for a server that sends empty updates`, async () => {
    const [a, b] = MemoryTransport.pair();
    await using client = Peer.spawn(a);
    await using server = Peer.spawn(b);
    let sent = 0;
    server.serve({}, {
      reserved: new Map([[id, async (request) => {
        // One that reads on for ever would get its end from this.
        for (sent = 0; sent < MOST_PARTS + 100; sent++) {
          await request.sendUpdate(id, "");
        }
      }]]),
    });
    const error = await rejectsWith("decode-failed", () => ask(client));
    assertEquals(
      error.message,
      `What the other side says of itself has at least ${
        MOST_PARTS + 1
      } updates, of at most ${MOST_PARTS}`,
    );
    assertEquals([error.side, error.limit, error.actual], [
      "remote",
      MOST_PARTS,
      MOST_PARTS + 1,
    ]);
  });
}
