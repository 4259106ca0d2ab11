/** What the other side sees of draining: error responses and an end, as of any peer. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextRequest } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { Scene } from "../../support/scene.ts";

const { Request, Response, RequesterUpdate, Stream } = MessageType;

/** A peer with one request of the other side, by hand. */
async function busy(scene: Scene) {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock });
  await raw.send(Request, 7, 1);
  const { request } = await nextRequest(peer);
  return { clock, peer, raw, request };
}

/** The type, id and text of what comes next, or null at the end. */
async function next(
  raw: RawEnd,
): Promise<[MessageType, number, string] | null> {
  const message = await raw.recv();
  return message &&
    [message.header.type, message.header.requestId, message.text()];
}

/** Fails unless the end comes next, and nothing is left then. */
async function assertEnds(
  { clock, raw }: { clock: HandClock; raw: RawEnd },
  drained: Promise<void>,
): Promise<void> {
  assertEquals(await next(raw), null);
  await raw.close();
  await drained;
  assertEquals(clock.pending, 0);
}

conformance(
  "a new request gets an error response, the open one its answer, then comes the end",
  async (scene) => {
    const { clock, peer, raw, request } = await busy(scene);
    const drained = peer.drain();
    await raw.send(Request, 8, 2);
    const refused = await raw.recv();
    assert(refused?.isError);
    assertEquals(refused.header.requestId, 8);
    assert(refused.text().startsWith("unavailable: "), refused.text());
    // Updates and stream messages pass, and an update of the refused one is late.
    await raw.send(RequesterUpdate, 8, 1);
    await raw.send(RequesterUpdate, 7, 10);
    await raw.send(Stream, 0, 3);
    assertEquals((await request.recvUpdate())?.header.serviceId, 10);
    assertEquals((await peer.recvMessage())?.kind, "stream");
    assertEquals(peer.stats().lateUpdates, 1);
    await request.sendResponse(1, "answer");
    assertEquals(await next(raw), [Response, 7, "answer"]);
    await assertEnds({ clock, raw }, drained);
  },
);

conformance(
  "draining, the other side ends: what it asked is answered",
  async (scene) => {
    const { clock, peer, raw, request } = await busy(scene);
    const drained = peer.drain();
    await raw.end();
    assertEquals(await peer.recvMessage(), null);
    assert(await isPending(drained));
    await request.sendResponse(1, "answer");
    assertEquals(await next(raw), [Response, 7, "answer"]);
    await assertEnds({ clock, raw }, drained);
  },
);

conformance("half-closed, drain: the grace holds there too", async (scene) => {
  const { clock, peer, raw, request } = await busy(scene);
  await raw.end();
  assertEquals(await peer.recvMessage(), null);
  const drained = peer.drain({ grace: 100 });
  assert(request.draining.aborted);
  clock.turn(99);
  assert(await isPending(drained));
  clock.turn(1);
  const response = await raw.recv();
  assertEquals([response?.isError, response?.header.requestId], [true, 7]);
  await raw.close();
  await drained;
  assertEquals(clock.pending, 0);
});

conformance(
  "a call that is cancelled is not waited for, though its answer never comes",
  async (scene) => {
    const { clock, peer, raw, request } = await busy(scene);
    const abort = new AbortController();
    const call = peer.call(4, "", { signal: abort.signal });
    assertEquals((await raw.recv())?.header.type, Request);
    await request.sendResponse(1, "");
    assertEquals((await raw.recv())?.header.type, Response);
    const drained = peer.drain();
    assert(await isPending(drained));
    abort.abort(new Error("enough"));
    assertEquals(await call.catch((error) => error.message), "enough");
    await assertEnds({ clock, raw }, drained);
  },
);

conformance(
  "what waited behind a withheld request is handed over",
  async (scene) => {
    const body = new Uint8Array(100_000);
    const [peer, raw] = await scene.raw({
      replyQueueBytes: 1,
      ...scene.limits(body.length),
    });
    await raw.send(Request, 0, 1);
    const { request: open } = await nextRequest(peer);
    let id = 0;
    let next = peer.recvMessage();
    // Answers that nobody reads, until a request stays withheld because of them.
    for (;;) {
      await raw.send(Request, ++id, 1);
      while (peer.stats().inboxMessages === 0 && await isPending(next));
      await scene.pace(2);
      if (await isPending(next)) break;
      const message = await next;
      assert(message?.kind === "request");
      message.request.sendResponse(1, body);
      next = peer.recvMessage();
    }
    await raw.send(Stream, 0, 3);
    while (peer.stats().inboxMessages < 2) await scene.pace(1);
    const drained = peer.drain();
    assertEquals((await next)?.kind, "stream");
    for (let i = 1; i < id; i++) {
      assertEquals(
        (await raw.recv())?.isError,
        false,
      );
    }
    const refused = await raw.recv();
    assertEquals([refused?.header.requestId, refused?.isError], [id, true]);
    await open.sendResponse(1, "");
    assertEquals((await raw.recv())?.isError, false);
    assertEquals(await raw.recv(), null);
    await raw.close();
    await drained;
  },
);
