import { assert, assertEquals, assertLess } from "@std/assert";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { fill } from "../support/scripted_fill.ts";
import { frame, REQUEST, RESPONSE } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "./victim.ts";

const WIRE = 4096;
const ROUNDS = 20_000;
const wires = { reads: { capacity: WIRE }, writes: { capacity: WIRE } };

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`Requests whose answers nobody reads are stopped, and all answered once they are read (${kind})`, async () => {
    const mark = 64 * 1024;
    await using victim = new Victim({
      kind,
      ...wires,
      replyQueueBytes: mark,
      maxInboxMessages: 100,
    });
    const { peer } = victim;
    const body = new Uint8Array(1000);
    const serving = peer.serve({ 1: () => body });
    const flood = await fill(
      victim.wire.output,
      ROUNDS,
      (id) => frame(REQUEST, id, 1),
    );
    assert(flood.stuck !== null, "the flood is stopped");
    const { queuedBytes, inboxMessages, openReceivedRequests } = peer.stats();
    // One read of requests may be handed over before the mark is seen.
    assertLess(queuedBytes, mark + (WIRE / 16) * 1016 + 4096);
    assertLess(inboxMessages, 100 + WIRE / 16 + 1);
    assertLess(openReceivedRequests, 100 + WIRE / 16 + 1);
    await Promise.all([flood.stuck, victim.hear(flood.rounds + 1)]);
    assertEquals(
      victim.said.map(({ requestId }) => requestId).sort((a, b) => a - b),
      Array.from({ length: flood.rounds + 1 }, (_, i) => i),
    );
    victim.wire.close();
    await serving;
  });

  Deno.test(`Requests over maxOpenReceivedRequests get an error response and hold no memory (${kind})`, async () => {
    await using victim = new Victim({
      kind,
      reads: wires.reads,
      maxOpenReceivedRequests: 10,
    });
    const { peer } = victim;
    const flood = await fill(
      victim.wire.output,
      1000,
      (id) => frame(REQUEST, id, 1, "body"),
    );
    assertEquals(flood.stuck, null);
    await victim.hear(990);
    assertEquals(peer.stats().openReceivedRequests, 10);
    assertEquals(peer.stats().inboxMessages, 10);
    assertEquals(peer.stats().refusedRequests, 990);
    for (const { type, serviceId, requestId, body } of victim.said) {
      assertEquals([type, serviceId], [RESPONSE, -1]);
      assert(requestId >= 10);
      assert(
        new TextDecoder().decode(body).includes("maxOpenReceivedRequests"),
      );
    }
    // Each answer makes a place again.
    const message = await peer.recvMessage();
    assert(message?.kind === "request");
    await message.request.sendResponse(1, "");
    await victim.say(frame(REQUEST, 2000, 1));
    await turns();
    assertEquals(peer.stats().openReceivedRequests, 10);
    assertEquals(peer.stats().refusedRequests, 990);
  });

  for (
    const [name, prepare] of [
      ["over maxOpenReceivedRequests", () => {}],
      ["with nobody to take them", (victim: Victim) => {
        const [reader] = victim.peer.split();
        reader[Symbol.dispose]();
      }],
    ] as const
  ) {
    Deno.test(`Requests ${name}, whose error responses nobody reads, are stopped (${kind})`, async () => {
      const mark = 64 * 1024;
      const options = { ...wires, replyQueueBytes: mark };
      await using victim = new Victim({
        kind,
        ...options,
        maxOpenReceivedRequests: 1,
        maxOpenSentRequests: 1,
      });
      const { connection } = victim;
      prepare(victim);
      const flood = await fill(
        victim.wire.output,
        ROUNDS,
        (id) => frame(REQUEST, id, 1),
      );
      assert(flood.stuck !== null, "the flood is stopped");
      const { queuedBytes, inboxMessages } = connection.figures.stats();
      assertLess(queuedBytes, mark + (WIRE / 16) * 200);
      assertLess(inboxMessages, 2);
      const heard = victim.hear(ROUNDS / 100);
      await Promise.all([flood.stuck, heard]);
    });
  }

  Deno.test(`Requests with nobody to take them are all refused, and sending still works (${kind})`, async () => {
    await using victim = new Victim({ kind, reads: wires.reads });
    const [reader, writer] = victim.peer.split();
    reader[Symbol.dispose]();
    const flood = await fill(
      victim.wire.output,
      1000,
      (id) => frame(REQUEST, id, 1, "body"),
    );
    assertEquals(flood.stuck, null);
    await victim.hear(1000);
    const stats = victim.connection.figures.stats();
    assertEquals(stats.openReceivedRequests, 0);
    assertEquals(stats.inboxMessages, 0);
    assertEquals(stats.refusedRequests, 1000);
    const request = await writer.sendRequest(5, "");
    await victim.say(frame(RESPONSE, request.requestId, 5, "fine"));
    assertEquals((await request.recvResponse()).text(), "fine");
    writer[Symbol.dispose]();
  });
}
