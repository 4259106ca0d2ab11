/** A write that fails while the other side still sends: what comes is read, by bytes. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { rejectsWith } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, RESPONSE, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import { assertEmpty, failWrite, settles } from "./support.ts";

const LENGTH = 300_000;
/** So many turns without a byte don't end reading yet: it is 20 that do. */
const PAUSE = 10;

for (const kind of SCRIPTED_KINDS) {
  for (const piece of [1000, 5000, 100_000]) {
    Deno.test(`A response that comes in pieces of ${piece} bytes after a failed write arrives (${kind})`, async () => {
      await using victim = new Victim({ kind, maxBodyLenRead: LENGTH });
      const { peer } = victim;
      const calling = peer.call(1, "");
      await victim.wire.input.read();
      failWrite(victim);
      const response = frame(RESPONSE, 0, 1, new Uint8Array(LENGTH).fill(7));
      for (let at = 0; at < response.length; at += piece) {
        await victim.say(response.subarray(at, at + piece));
        const pause = at % (20 * piece) === 0 ? PAUSE : 1;
        for (let i = 0; i < pause; i++) await tick();
      }
      const { body } = await settles(calling);
      assertEquals(body.data.length, LENGTH);
      assert(body.data.every((byte) => byte === 7));
      const error = await settles(peer.closed);
      assertEquals(error?.code, "connection-aborted");
      assertEmpty(victim);
    });
  }

  Deno.test(`Messages that come one by one after a failed write arrive, and then a clean end (${kind})`, async () => {
    await using victim = new Victim({ kind });
    const { peer } = victim;
    failWrite(victim);
    for (let i = 0; i < 30; i++) {
      await victim.say(frame(STREAM, 0, i));
      for (let j = 0; j < 3; j++) await tick();
    }
    victim.wire.output.endReads();
    assertEquals(await settles(peer.closed), null);
    for (let i = 0; i < 30; i++) {
      const message = await peer.recvMessage();
      assert(message?.kind === "stream");
      assertEquals(message.message.header.serviceId, i);
    }
    assertEquals(await peer.recvMessage(), null);
    assertEmpty(victim);
  });

  Deno.test(`After a failed write a message that stops half way ends it (${kind})`, async () => {
    await using victim = new Victim({ kind });
    const { peer } = victim;
    const calling = rejectsWith("connection-aborted", () => peer.call(1, ""));
    await victim.wire.input.read();
    await victim.say(frame(RESPONSE, 0, 1, "half of it").subarray(0, 20));
    failWrite(victim);
    assertEquals((await settles(peer.closed))?.code, "connection-aborted");
    await calling;
    assertEmpty(victim);
  });

  Deno.test(`After a failed write bytes that go on to come are read for a second, and no longer (${kind})`, async () => {
    await using victim = new Victim({ kind, maxBodyLenRead: LENGTH });
    const { peer, clock } = victim;
    failWrite(victim);
    const endless = frame(STREAM, 0, 1, new Uint8Array(LENGTH));
    let at = 0;
    const trickle = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        await victim.say(endless.subarray(at, ++at));
        await tick();
      }
    };
    await trickle(60);
    clock.turn(999);
    await trickle(60);
    assertEquals(peer.stats().bytesReceived, at);
    clock.turn(1);
    await assertRejects(() => trickle(60), Deno.errors.BrokenPipe);
    assertEquals((await settles(peer.closed))?.code, "connection-aborted");
    assertEmpty(victim);
  });
}
