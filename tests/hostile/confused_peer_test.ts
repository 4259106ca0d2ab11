import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError, type RpcErrorCode } from "../../mod.ts";
import { fill } from "../support/scripted_fill.ts";
import {
  frame,
  REQUEST,
  REQUESTER_UPDATE,
  RESPONDER_UPDATE,
  RESPONSE,
} from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "./victim.ts";
import { WIRE_KINDS } from "./wires.ts";

async function assertNextFails(
  victim: Victim,
  code: RpcErrorCode,
  messageType: number,
  requestId: number,
): Promise<void> {
  const error = await assertRejects(() => victim.peer.recvMessage(), RpcError);
  assertEquals(error.code, code);
  assertEquals(error.fatal, false);
  assertEquals(error.side, "remote");
  assertEquals(error.messageType, messageType);
  assertEquals(error.requestId, requestId);
}

for (const kind of WIRE_KINDS) {
  for (
    const [name, type] of [
      ["A response to nothing", RESPONSE],
      ["A responder update for nothing", RESPONDER_UPDATE],
      ["A requester update for nothing", REQUESTER_UPDATE],
    ] as const
  ) {
    Deno.test(`${name} is an error in its place, and the connection stays usable (${kind})`, async () => {
      await using victim = new Victim({ kind });
      for (const id of [0, 1, 0x7fff_ffff, 0xffff_ffff]) {
        await victim.say(frame(type, id, -1, "what?"));
        await assertNextFails(victim, "unknown-request-id", type, id);
      }
      assertEquals(victim.peer.stats().errors, 4);
      await victim.isUsable();
    });

    Deno.test(`A flood of these is stopped: ${name.toLowerCase()} (${kind})`, async () => {
      const options = { kind, reads: { capacity: 1024 }, maxInboxMessages: 50 };
      await using victim = new Victim(options);
      const flood = await fill(
        victim.wire.output,
        10_000,
        (id) => frame(type, id, 1, "what?"),
      );
      assert(flood.stuck !== null, "the flood is stopped");
      assert(victim.peer.stats().inboxMessages <= 50 + 1024 / 16);
      let goesOn = false;
      const going = flood.stuck.then(() => goesOn = true);
      while (!goesOn) {
        const taken = victim.peer.recvMessage().catch(() => {});
        await Promise.race([going, taken]);
      }
    });
  }

  Deno.test(`A duplicate request is an error, and the first one is answered (${kind})`, async () => {
    await using victim = new Victim({ kind });
    await victim.say(frame(REQUEST, 5, 1, "a"), frame(REQUEST, 5, 2, "b"));
    const message = await victim.peer.recvMessage();
    assert(message?.kind === "request");
    await assertNextFails(victim, "duplicate-request-id", REQUEST, 5);
    assertEquals(message.body.text(), "a");
    await victim.say(frame(REQUESTER_UPDATE, 5, 1, "for a"));
    assertEquals((await message.request.recvUpdate())?.text(), "for a");
    await message.request.sendResponse(1, "done");
    await victim.hear(1);
    await victim.isUsable();
    assertEquals(victim.responses, 2);
  });

  Deno.test(`A second response is an error, and the first one counts (${kind})`, async () => {
    await using victim = new Victim({ kind });
    const request = await victim.peer.sendRequest(1, "");
    const id = request.requestId;
    await victim.say(frame(RESPONSE, id, 1, "a"), frame(RESPONSE, id, 1, "b"));
    assertEquals((await request.recvResponse()).text(), "a");
    await assertNextFails(victim, "unknown-request-id", RESPONSE, id);
    await victim.isUsable();
  });

  Deno.test(`An update after the response is an error for the requester (${kind})`, async () => {
    await using victim = new Victim({ kind });
    const request = await victim.peer.sendRequest(1, "");
    const id = request.requestId;
    await victim.say(frame(RESPONSE, id, 1), frame(RESPONDER_UPDATE, id, 1));
    assertEquals(await request.recvUpdate(), null);
    await assertNextFails(victim, "unknown-request-id", RESPONDER_UPDATE, id);
    await victim.isUsable();
  });

  Deno.test(`An update that crosses our response is no error (${kind})`, async () => {
    await using victim = new Victim({ kind });
    await victim.say(frame(REQUEST, 5, 1));
    const message = await victim.peer.recvMessage();
    assert(message?.kind === "request");
    await message.request.sendResponse(1, "");
    await victim.say(frame(REQUESTER_UPDATE, 5, 1), frame(RESPONSE, 5, 1));
    // Another error comes first: nothing was reported for the update.
    await assertNextFails(victim, "unknown-request-id", RESPONSE, 5);
    assertEquals(victim.peer.stats().lateUpdates, 1);
  });

  for (const refused of ["too many are open", "nobody takes them"] as const) {
    Deno.test(`An update for a request that was refused, since ${refused}, is no error (${kind})`, async () => {
      await using victim = new Victim({ kind, maxOpenReceivedRequests: 1 });
      const { connection } = victim;
      const [reader] = victim.peer.split();
      if (refused === "nobody takes them") reader[Symbol.dispose]();
      await victim.say(frame(REQUEST, 1, 1), frame(REQUEST, 2, 1));
      await victim.say(frame(REQUESTER_UPDATE, 2, 1));
      // A socket takes some turns for what memory takes one for.
      while (connection.figures.stats().lateUpdates === 0) await turns();
      const { refusedRequests, lateUpdates, errors } = connection.figures
        .stats();
      assertEquals(refusedRequests, refused === "too many are open" ? 1 : 2);
      assertEquals([lateUpdates, errors], [1, 0], "late updates, errors");
    });
  }
}
