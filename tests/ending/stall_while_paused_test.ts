/** Half a message that is being read while something pauses reading. */
import { assert, assertEquals } from "@std/assert";
import { isPending, nextRequest, nextStream } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, frames, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown } from "./support.ts";

const TIMEOUT = 30_000;
const whole = frame(STREAM, 0, 7, new Uint8Array(100));
const half = whole.subarray(0, 50);

/**
 * A victim that waits for the rest of a message when a second refusal is queued,
 * which is one more than may be, so that it wants to read no further.
 */
async function pausedWhileReading(): Promise<Victim> {
  const victim = new Victim({
    replyQueueBytes: 1,
    maxOpenReceivedRequests: 1,
    maxOpenSentRequests: 1,
    writes: { capacity: 1 },
    stallTimeout: TIMEOUT,
  });
  await victim.say(frame(REQUEST, 1, 1), frame(REQUEST, 2, 1));
  const { request } = await nextRequest(victim.peer);
  await victim.say(half);
  await settleDown(victim);
  assertEquals(victim.peer.stats().reading, { paused: false });
  request[Symbol.dispose]();
  await turns();
  assertEquals(victim.peer.stats().reading.paused, true);
  return victim;
}

/** Lets a period pass, in which it gets rid of a byte: its writes are no stall. */
async function period(victim: Victim): Promise<void> {
  await victim.wire.input.read();
  await turns();
  victim.clock.turn(TIMEOUT);
  await turns();
}

Deno.test("A half message is a stall although reading was paused while it was read", async () => {
  await using victim = await pausedWhileReading();
  const { peer } = victim;
  for (let i = 0; i < 3; i++) await period(victim);
  const error = await peer.closed;
  assertEquals([error?.code, error?.limit], ["limit-exceeded", TIMEOUT]);
  assert(error!.message.includes("didn't finish a message"), error!.message);
  assertEquals(victim.clock.pending, 0);
});

Deno.test("A message that is finished while reading is paused is no stall", async () => {
  await using victim = await pausedWhileReading();
  await period(victim);
  // And half a message more, which waits until reading goes on.
  await victim.say(whole.subarray(50), half);
  for (let i = 0; i < 10; i++) await period(victim);
  assert(await isPending(victim.peer.closed));
  while (victim.peer.stats().queuedBytes > 0) {
    await victim.wire.input.read();
    await turns();
  }
  await victim.say(whole.subarray(50));
  for (let i = 0; i < 2; i++) {
    assertEquals((await nextStream(victim.peer)).header.serviceId, 7);
  }
});

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`Half a message is no stall while reading is paused, and one afterwards (${kind})`, async () => {
    await using victim = new Victim({ kind, maxInboxMessages: 2 });
    const { peer } = victim;
    const messages = [0, 1, 2].map((i) => frame(STREAM, 0, i));
    await victim.say(frames(...messages, half));
    await settleDown(victim);
    for (let i = 0; i < 3; i++) {
      victim.clock.turn(TIMEOUT);
      await turns();
    }
    for (let i = 0; i < 3; i++) {
      assertEquals((await nextStream(peer)).header.serviceId, i);
    }
    await turns();
    for (let i = 0; i < 3; i++) {
      victim.clock.turn(TIMEOUT);
      await turns();
    }
    assertEquals((await peer.closed)?.code, "limit-exceeded");
  });
}
