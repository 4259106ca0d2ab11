/** A write that fails while reading is paused, since the inbox is full. */
import { assert, assertEquals } from "@std/assert";
import { nextRequest, nextStream, rejectsWith } from "../support/expect.ts";
import {
  SCRIPTED_KINDS,
  type ScriptedKind,
} from "../support/scripted_duplex.ts";
import { frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import {
  allFail,
  assertClosed,
  assertEmpty,
  breakWrites,
  failWrite,
  settleDown,
  UNREAD_ENDS,
} from "./support.ts";

const KIB = 1024;
const UNREAD = 5;

/** A victim whose inbox is full, with a request and more in what it hasn't read. */
async function paused(kind: ScriptedKind): Promise<Victim> {
  const victim = new Victim({
    kind,
    maxInboxMessages: 2,
    maxBodyLenWrite: 1024 * KIB,
    writeQueueBytes: 4 * KIB * KIB,
  });
  await victim.say(frame(STREAM, 0, 0), frame(STREAM, 0, 1));
  await settleDown(victim);
  const { bytesReceived } = victim.peer.stats();
  for (let i = 0; i < UNREAD; i++) await victim.say(frame(REQUEST, i, 1));
  await settleDown(victim);
  assertEquals(victim.peer.stats().bytesReceived, bytesReceived);
  return victim;
}

for (const kind of SCRIPTED_KINDS) {
  for (const { name, code, apply } of UNREAD_ENDS) {
    Deno.test(`After a failed write all ends while nobody takes anything: ${name} (${kind})`, async () => {
      await using victim = await paused(kind);
      const { peer } = victim;
      const request = await peer.sendRequest(1, "");
      apply(victim);
      breakWrites(victim);
      const pending = {
        recvResponse: request.recvResponse(),
        recvUpdate: request.recvUpdate(),
        call: peer.call(1, ""),
      };
      await allFail(pending, code);
      await assertClosed(peer, code);
      assertEmpty(victim);
      await allFail({
        sendStream: peer.sendStream(1, ""),
        "large sendStream": peer.sendStream(1, new Uint8Array(300 * KIB)),
        sendRequest: peer.sendRequest(1, ""),
        call: peer.call(1, ""),
        sendUpdate: request.sendUpdate(1, ""),
      }, code);
    });

    Deno.test(`What was unread stays readable after a failed write, and can't be answered: ${name} (${kind})`, async () => {
      await using victim = await paused(kind);
      const { peer } = victim;
      apply(victim);
      await failWrite(victim);
      await assertClosed(peer, code);
      for (let i = 0; i < 2; i++) {
        assertEquals((await nextStream(peer)).header.serviceId, i);
      }
      for (let i = 0; i < UNREAD; i++) {
        const { request } = await nextRequest(peer);
        assertEquals([request.requestId, request.closed], [i, true]);
        await allFail({
          recvUpdate: request.recvUpdate(),
          sendUpdate: request.sendUpdate(1, ""),
          sendErrorResponse: request.sendErrorResponse(""),
          large: request.sendResponse(1, new Uint8Array(300 * KIB)),
          small: request.sendResponse(1, ""),
        }, code);
      }
      if (code === "connection-closed") {
        assertEquals(await peer.recvMessage(), null);
      } else await rejectsWith(code, () => peer.recvMessage());
      assertEmpty(victim);
    });

    Deno.test(`serve ends after a failed write: ${name} (${kind})`, async () => {
      await using victim = await paused(kind);
      const { peer } = victim;
      apply(victim);
      await failWrite(victim);
      // It begins only now, with the write failing.
      const serving = peer.serve({ 1: () => new Uint8Array(300 * KIB) });
      await assertClosed(peer, code);
      await serving;
      assertEmpty(victim);
    });
  }

  Deno.test(`Large sends that a failed write leaves behind fail (${kind})`, async () => {
    await using victim = await paused(kind);
    const { peer } = victim;
    victim.wire.output.endReads();
    breakWrites(victim);
    const large = new Uint8Array(300 * KIB);
    const sends = [
      peer.sendStream(1, large),
      peer.sendStream(1, large),
      peer.call(1, large),
    ];
    for (const result of await Promise.allSettled(sends)) {
      // Web streams keep what they are given, so that it is copied at once.
      if (result.status === "fulfilled") {
        assertEquals([kind, result.value], ["streamTransport", undefined]);
      } else assertEquals(result.reason.code, "connection-closed");
    }
    await assertClosed(peer, "connection-closed");
    assertEmpty(victim);
  });

  Deno.test(`A request that was taken before can still be seen to end after a failed write (${kind})`, async () => {
    const victim = new Victim({ kind, maxInboxMessages: 1 });
    await using _victim = victim;
    const { peer } = victim;
    await victim.say(frame(REQUEST, 7, 1));
    const { request } = await nextRequest(peer);
    await victim.say(frame(STREAM, 0, 1), frame(STREAM, 0, 2));
    await settleDown(victim);
    const update = request.recvUpdate();
    victim.wire.output.endReads();
    await failWrite(victim);
    await rejectsWith("connection-closed", () => update);
    assertEquals(await peer.closed, null);
    assert(request.closed);
    assertEmpty(victim);
  });
}
