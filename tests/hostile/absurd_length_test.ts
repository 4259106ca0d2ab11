import { assertEquals, assertLess } from "@std/assert";
import { MAX_PAYLOAD_LEN } from "../../mod.ts";
import { turns } from "../support/scripted_turn.ts";
import { claim, frame, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "./victim.ts";
import { WIRE_KINDS } from "./wires.ts";

const MIB = 1024 * 1024;

/** Bytes outside of the heap that V8 knows of. */
function external(): number {
  return Deno.memoryUsage().external;
}

for (const kind of WIRE_KINDS) {
  for (
    const [name, length] of [
      ["4 GiB", 0xffff_ffff],
      ["the largest limit", MAX_PAYLOAD_LEN + 12],
      ["2 GiB", 0x8000_0000],
    ] as const
  ) {
    Deno.test(`A length that claims ${name} allocates nothing of it, where it is allowed (${kind})`, async () => {
      await using victim = new Victim({
        kind,
        maxBodyLenRead: MAX_PAYLOAD_LEN,
        maxInboxBytes: MAX_PAYLOAD_LEN,
      });
      const { peer } = victim;
      const before = external();
      await victim.say(claim(length));
      await turns();
      assertLess(external() - before, MIB);
      // Nor of what it proves a little of.
      await victim.say(new Uint8Array(1000));
      await turns();
      assertLess(external() - before, MIB);
      assertEquals(peer.stats().messagesReceived, 0);
      victim.wire.output.endReads();
      assertEquals((await peer.closed)?.code, "connection-aborted");
    });

    Deno.test(`A length that claims ${name} is refused by its head alone, where it isn't allowed (${kind})`, async () => {
      await using victim = new Victim({ kind });
      const before = external();
      await victim.say(claim(length));
      const error = await victim.peer.closed;
      assertEquals(error?.code, "payload-too-large");
      assertEquals(error?.limit, 8192);
      assertEquals(error?.actual, length - 12);
      assertLess(external() - before, MIB);
    });
  }
}

Deno.test("What is allocated for a long message grows with the bytes that have come", async () => {
  await using victim = new Victim({
    maxBodyLenRead: MAX_PAYLOAD_LEN,
    maxInboxBytes: MAX_PAYLOAD_LEN,
  });
  const before = external();
  await victim.say(claim(0xffff_ffff));
  let sent = 0;
  const part = new Uint8Array(256 * 1024);
  for (let i = 0; i < 16; i++) {
    await victim.say(part);
    sent += part.length;
    await turns();
    // A buffer is 64 times what was proven; the one before it may still be there.
    assertLess(external() - before, 66 * sent + MIB);
  }
});

Deno.test("A message of the limit's length arrives, one byte more is refused", async () => {
  const limit = 100_000;
  await using victim = new Victim({ maxBodyLenRead: limit });
  await victim.say(frame(STREAM, 0, 1, new Uint8Array(limit)));
  const message = await victim.peer.recvMessage();
  assertEquals(
    message?.kind === "stream" && message.message.body.data.length,
    limit,
  );
  await victim.say(claim(12 + limit + 1, STREAM));
  assertEquals((await victim.peer.closed)?.code, "payload-too-large");
});
