/** Half a message that is being read while something shuts the gate. */
import { assert, assertEquals } from "@std/assert";
import { isPending, nextRequest, nextStream } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown } from "./support.ts";

const TIMEOUT = 30_000;
const whole = frame(STREAM, 0, 7, new Uint8Array(100));
const half = whole.subarray(0, 50);

/**
 * A victim that waits for the rest of a message when a request is dropped, whose
 * error response is more than may be queued, so that it wants to read no further.
 */
async function shutWhileReading(): Promise<Victim> {
  const victim = new Victim({
    replyQueueBytes: 1,
    writes: { capacity: 1 },
    stallTimeout: TIMEOUT,
  });
  await victim.say(frame(REQUEST, 1, 1));
  const { request } = await nextRequest(victim.peer);
  await victim.say(half);
  await settleDown(victim);
  request[Symbol.dispose]();
  await turns();
  return victim;
}

/** Lets a period pass, in which it gets rid of a byte: its writes are no stall. */
async function period(victim: Victim): Promise<void> {
  await victim.wire.input.read();
  await turns();
  victim.clock.turn(TIMEOUT);
  await turns();
}

Deno.test("A half message is a stall although the gate was shut while it was read", async () => {
  await using victim = await shutWhileReading();
  const { peer } = victim;
  for (let i = 0; i < 3; i++) await period(victim);
  const error = await peer.closed;
  assertEquals([error?.code, error?.limit], ["limit-exceeded", TIMEOUT]);
  assert(error!.message.includes("didn't finish a message"), error!.message);
  assertEquals(victim.clock.pending, 0);
});

Deno.test("A message that is finished while the gate is shut is no stall", async () => {
  await using victim = await shutWhileReading();
  await period(victim);
  // And half a message more, which waits until the gate is open.
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
  Deno.test(`The stall counts although the inbox holds it shut (${kind})`, async () => {
    // Delivery is paused while a reply is stuck, and the inbox may hold more for it.
    await using victim = new Victim({
      kind,
      replyQueueBytes: 30,
      maxInboxMessages: 2,
      writes: { capacity: 1 },
    });
    const { peer } = victim;
    await victim.say(frame(REQUEST, 1, 1));
    const { request } = await nextRequest(peer);
    await request.sendResponse(1, new Uint8Array(60));
    await turns();
    await victim.say(
      frame(STREAM, 0, 0),
      frame(STREAM, 0, 1),
      frame(STREAM, 0, 2),
      half,
    );
    await settleDown(victim);
    // The reply gets written: what the inbox holds is too much again.
    while (peer.stats().queuedBytes > 0) {
      await victim.wire.input.read();
      await turns();
    }
    for (let i = 0; i < 3; i++) {
      victim.clock.turn(TIMEOUT);
      await turns();
    }
    assertEquals((await peer.closed)?.code, "limit-exceeded");
    for (let i = 0; i < 3; i++) {
      assertEquals((await nextStream(peer)).header.serviceId, i);
    }
  });
}
