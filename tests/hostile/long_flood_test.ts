/** Floods so long that the budget of turns sleeps between reads, which stops none of them. */
import { assert, assertEquals } from "@std/assert";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { fill } from "../support/scripted_fill.ts";
import {
  frame,
  REQUEST,
  REQUESTER_UPDATE,
} from "../support/scripted_frames.ts";
import { Victim } from "./victim.ts";

/** The budget sleeps after each 16 turns of at most 1024 messages. */
const MESSAGES = 40_000;

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`A long flood of late updates is read to its end (${kind})`, async () => {
    await using victim = new Victim({ kind, reads: { capacity: 4096 } });
    await victim.say(frame(REQUEST, 1, 1));
    const message = await victim.peer.recvMessage();
    assert(message?.kind === "request");
    await message.request.sendResponse(1, "");
    const update = frame(REQUESTER_UPDATE, 1, 2);
    const all = new Uint8Array(MESSAGES * update.length);
    for (let i = 0; i < MESSAGES; i++) all.set(update, i * update.length);
    const flood = await fill(victim.wire.output, 1, () => all);
    assertEquals(flood, { rounds: 1, stuck: null });
    assertEquals(victim.peer.stats().inboxMessages, 0);
    await victim.isUsable();
  });
}
