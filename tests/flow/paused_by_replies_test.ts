/** Refusals that the other side doesn't read: they pause reading, over their mark and no earlier. */
import { assert, assertEquals } from "@std/assert";
import { nextRequest } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown } from "../ending/support.ts";

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`Refusals pause reading when they cost more than 512 bytes for each request that may be open, and reading goes on with them (${kind})`, async () => {
    await using victim = new Victim({
      kind,
      maxOpenReceivedRequests: 1,
      maxOpenSentRequests: 1,
      replyQueueBytes: 1,
      writes: { capacity: 1 },
      stallTimeout: 0,
    });
    const { peer } = victim;
    const before = Date.now();
    await victim.say(frame(REQUEST, 0, 1), frame(REQUEST, 1, 1));
    await settleDown(victim);
    assertEquals(peer.stats().refusedRequests, 1);
    assertEquals(peer.stats().reading, { paused: false });
    await victim.say(frame(REQUEST, 2, 1));
    await settleDown(victim);
    const { reading } = peer.stats();
    assert(reading.paused, "reading goes on");
    assertEquals(reading.by, "replies");
    assert(before <= reading.since && reading.since <= Date.now());
    // It reads nothing more.
    const { messagesReceived } = peer.stats();
    await victim.say(frame(REQUEST, 3, 1));
    await settleDown(victim);
    assertEquals(peer.stats().messagesReceived, messagesReceived);
    assertEquals(peer.stats().reading, reading);
    await victim.hear(3);
    await turns(3);
    const { request } = await nextRequest(peer);
    await request.sendResponse(1, "answer");
    await victim.hear(4);
    assertEquals(peer.stats().reading, { paused: false });
    assertEquals(
      victim.said.map(({ requestId, serviceId }) => [requestId, serviceId]),
      [[1, -1], [2, -1], [3, -1], [0, 1]],
    );
  });
}
