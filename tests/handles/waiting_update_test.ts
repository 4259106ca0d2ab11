/** Updates that wait for room, and the response behind them. */
import { assert, assertEquals } from "@std/assert";
import { Victim } from "../hostile/victim.ts";
import { frame, REQUEST } from "../support/scripted_frames.ts";

/** Longer than the write queue takes: nothing more has room until it is written. */
const LONG = new Uint8Array(2000);

Deno.test("A response doesn't wait for room, once the updates that did are accepted", async () => {
  await using victim = new Victim({
    writes: { capacity: 64 },
    writeQueueBytes: 1000,
  });
  const { peer, wire } = victim;
  await victim.say(frame(REQUEST, 1, 1));
  const message = await peer.recvMessage();
  assert(message?.kind === "request");
  const { request } = message;

  let over = false;
  const reading = async (): Promise<void> => {
    while (!over) await wire.input.read();
  };
  const first = peer.sendStream(1, LONG);
  const update = request.sendUpdate(2, "u");
  assertEquals(peer.stats().waitingSends, 1);
  const read = reading();
  await Promise.all([first, update]);
  over = true;
  // Something for the read that still waits.
  await peer.sendStream(1, "");
  await read;

  const second = peer.sendStream(1, LONG);
  const answer = request.sendResponse(1, "done");
  assertEquals(peer.stats().openReceivedRequests, 0);
  await Promise.all([second, answer, victim.hear(1)]);
});
