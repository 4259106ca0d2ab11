/** From state to state over every transport: what crosses an end, and what comes after it. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextRequest, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

const { Request, Response, Stream } = MessageType;

/** A peer with one request of the other side, and one call of its own. */
async function busy(scene: Scene) {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock });
  const calling = rejectsWith("connection-closed", () => peer.call(1, ""));
  assertEquals((await raw.recv())?.header.type, Request);
  await raw.send(Request, 7, 1);
  const { request } = await nextRequest(peer);
  return { clock, peer, raw, calling, request };
}

/** Fails unless it has ended well, and stays so whatever is done to it. */
async function endsWell(
  peer: TestPeer,
  raw: RawEnd,
  clock: HandClock,
): Promise<void> {
  // A clean end is an error where it left requests unanswered.
  const error = await peer.closed;
  if (error !== null) assertEquals(error.code, "connection-closed");
  assertEquals(clock.pending, 0);
  await raw.close();
  await peer.close();
  clock.turn(1_000_000);
  assertEquals(await peer.closed, error);
  assertEquals(clock.pending, 0);
  await rejectsWith("connection-closed", () => peer.sendStream(1, ""));
}

/** The type and id of what comes next, or null at the end. */
async function next(raw: RawEnd): Promise<[MessageType, number] | null> {
  const message = await raw.recv();
  return message && [message.header.type, message.header.requestId];
}

conformance("half-closed, answered: it closes by itself", async (scene) => {
  const { clock, peer, raw, calling, request } = await busy(scene);
  await raw.end();
  await calling;
  assert(await isPending(peer.closed));
  await request.sendUpdate(1, "");
  await request.sendResponse(1, "answer");
  assertEquals((await next(raw))?.[0], MessageType.ResponderUpdate);
  assertEquals(await next(raw), [Response, 7]);
  assertEquals(await next(raw), null);
  await endsWell(peer, raw, clock);
});

conformance("half-closed, close: what is open is refused", async (scene) => {
  const { clock, peer, raw, calling, request } = await busy(scene);
  await raw.end();
  await calling;
  const closing = peer.close();
  const response = await raw.recv();
  assertEquals([response?.isError, response?.header.requestId], [true, 7]);
  assertEquals(await next(raw), null);
  await closing;
  assert(request.closed);
  await endsWell(peer, raw, clock);
});

conformance("closing, the other side ends: nothing is lost", async (scene) => {
  const { clock, peer, raw, calling } = await busy(scene);
  await peer.sendStream(1, "last");
  const closing = peer.close();
  await raw.end();
  await calling;
  assertEquals(await next(raw), [Stream, 0]);
  assertEquals((await raw.recv())?.isError, true);
  assertEquals(await next(raw), null);
  await closing;
  await endsWell(peer, raw, clock);
});

conformance(
  "closing, the other side goes on to send: it is dropped without an error",
  async (scene) => {
    const { clock, peer, raw, calling } = await busy(scene);
    const closing = peer.close();
    await Promise.allSettled([
      raw.send(Stream, 0, 1, "too late"),
      raw.send(Response, 0, 1, "too late"),
      raw.send(Request, 8, 1, "too late"),
      raw.send(Response, 99, 1, "for nobody"),
    ]);
    await calling;
    assertEquals((await raw.recv())?.isError, true);
    assertEquals(await next(raw), null);
    await closing;
    const { inboxMessages, openReceivedRequests } = peer.stats();
    assertEquals([inboxMessages, openReceivedRequests], [0, 0]);
    assertEquals(await peer.recvMessage(), null);
    await endsWell(peer, raw, clock);
  },
);

conformance("lingering, the other side breaks off: clean", async (scene) => {
  const { clock, peer, raw, calling } = await busy(scene);
  const closing = peer.close();
  await calling;
  await scene.pace(5);
  await raw.close();
  await closing;
  await endsWell(peer, raw, clock);
});

conformance("closing twice, and by both sides, is one end", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ clock });
  const ends = [left.close(), right.close(), left.close(), right.close()];
  await Promise.all(ends);
  assertEquals([await left.closed, await right.closed], [null, null]);
  assertEquals(clock.pending, 0);
});
