import { assert, assertEquals, assertLess } from "@std/assert";
import type { ReceivedMessage } from "../../mod.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { fill } from "../support/scripted_fill.ts";
import {
  frame,
  REQUEST,
  REQUESTER_UPDATE,
  STREAM,
} from "../support/scripted_frames.ts";
import { Victim } from "./victim.ts";

/** What the wire holds; a read may bring so much more than the inbox asks for. */
const WIRE = 4096;
const reads = { capacity: WIRE };

for (const kind of SCRIPTED_KINDS) {
  for (
    const [what, type] of [["stream messages", STREAM], [
      "requests",
      REQUEST,
    ]] as const
  ) {
    Deno.test(`A flood of ${what} nobody takes is stopped by their number, and goes on when they are (${kind})`, async () => {
      await using victim = new Victim({ kind, reads, maxInboxMessages: 100 });
      const { peer } = victim;
      const rounds = 10_000;
      const flood = await fill(
        victim.wire.output,
        rounds,
        (id) => frame(type, id, 1),
      );
      assert(flood.stuck !== null, "the flood is stopped");
      const { inboxMessages, openReceivedRequests } = peer.stats();
      assertLess(inboxMessages, 100 + WIRE / 16 + 1);
      assertEquals(openReceivedRequests, type === REQUEST ? inboxMessages : 0);
      const { taken } = victim.wire.output;
      // Taking one message too few doesn't let it go on, taking the rest does.
      for (let i = inboxMessages; i > 100; i--) await peer.recvMessage();
      await fill(victim.wire.output, 0, () => new Uint8Array());
      assertEquals(victim.wire.output.taken, taken);
      await take(peer.recvMessage());
      await flood.stuck;
      assert(victim.wire.output.taken > taken, "reading has gone on");
    });

    Deno.test(`A flood of ${what} nobody takes is stopped by their bytes (${kind})`, async () => {
      const body = new Uint8Array(1000);
      const options = { kind, reads, maxInboxBytes: 50_000 };
      await using victim = new Victim(options);
      const flood = await fill(
        victim.wire.output,
        10_000,
        (id) => frame(type, id, 1, body),
      );
      assert(flood.stuck !== null, "the flood is stopped");
      assertLess(victim.peer.stats().inboxMessages, (50_000 + WIRE) / 1256 + 2);
      while (victim.peer.stats().inboxMessages >= 50_000 / 1256) {
        await take(victim.peer.recvMessage());
      }
      await flood.stuck;
    });
  }

  Deno.test(`A flood of updates nobody takes is stopped, and goes on when they are (${kind})`, async () => {
    const options = { kind, reads, maxRequestInboxMessages: 100 };
    await using victim = new Victim(options);
    await victim.say(frame(REQUEST, 1, 1));
    const request = await takeRequest(victim);
    const flood = await fill(
      victim.wire.output,
      10_000,
      () => frame(REQUESTER_UPDATE, 1, 2),
    );
    assert(flood.stuck !== null, "the flood is stopped");
    assertLess(flood.rounds, 100 + 2 * (WIRE / 16) + 2);
    const got = victim.peer.stats().messagesReceived - 1;
    for (let i = 0; i <= got - 100; i++) await request.recvUpdate();
    await flood.stuck;
    // The answer drops what is left, and nothing is stopped any more.
    await request.sendResponse(1, "");
    const rest = await fill(
      victim.wire.output,
      1000,
      () => frame(REQUESTER_UPDATE, 1, 2),
    );
    assertEquals(rest.stuck, null);
    assertEquals(victim.peer.stats().inboxMessages, 0);
    await victim.isUsable();
  });

  Deno.test(`A flood of updates nobody takes is stopped by their bytes (${kind})`, async () => {
    const options = { kind, reads, maxRequestInboxBytes: 50_000 };
    await using victim = new Victim(options);
    await victim.say(frame(REQUEST, 1, 1));
    const request = await takeRequest(victim);
    const flood = await fill(
      victim.wire.output,
      10_000,
      () => frame(REQUESTER_UPDATE, 1, 2, new Uint8Array(1000)),
    );
    assert(flood.stuck !== null, "the flood is stopped");
    assertLess(flood.rounds, (50_000 + 2 * WIRE) / 1000 + 2);
    request[Symbol.dispose]();
    await flood.stuck;
  });
}

async function take(
  next: Promise<ReceivedMessage | null>,
): Promise<ReceivedMessage> {
  const message = await next;
  assert(message !== null);
  return message;
}

async function takeRequest(
  victim: Victim,
): Promise<(ReceivedMessage & { kind: "request" })["request"]> {
  const message = await take(victim.peer.recvMessage());
  assert(message.kind === "request");
  return message.request;
}
