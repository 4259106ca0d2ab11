/** `stats().reading`: whether reading is paused, since when, and by what. */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { MessageType, type PeerStats } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";

const { Request, Stream } = MessageType;

/** More refusals than any transport takes while nobody reads. */
const MOST_REFUSED = 400_000;

type PauseReason = Extract<PeerStats["reading"], { paused: true }>["by"];

/** Waits until reading is paused, and looks at why and since when. */
async function paused(
  scene: Scene,
  peer: TestPeer,
  by: PauseReason,
  after: number,
): Promise<void> {
  await until(scene, peer, ({ reading }) => reading.paused);
  const { reading } = peer.stats();
  assert(reading.paused, "reading goes on");
  assertEquals(reading.by, by);
  assertGreaterOrEqual(reading.since, after);
  assertGreaterOrEqual(Date.now(), reading.since);
  // It stays the same while the pause lasts.
  await scene.pace(2);
  assertEquals(peer.stats().reading, reading);
}

/** Waits until reading goes on. */
async function goesOn(scene: Scene, peer: TestPeer): Promise<void> {
  await until(scene, peer, ({ reading }) => !reading.paused);
  assertEquals(peer.stats().reading, { paused: false });
}

conformance("reading is paused by a full inbox", async (scene) => {
  const [peer, raw] = await scene.raw({ maxInboxMessages: 3 });
  const before = Date.now();
  await raw.send(Stream, 0, 0);
  await raw.send(Request, 1, 1);
  await scene.pace(2);
  assertEquals(peer.stats().reading, { paused: false });
  await raw.send(Stream, 0, 2);
  await paused(scene, peer, "inbox", before);
  await nextStream(peer);
  await goesOn(scene, peer);
  const again = Date.now();
  await raw.send(Stream, 0, 3);
  await paused(scene, peer, "inbox", again);
  const { request } = await nextRequest(peer);
  await request.sendResponse(1, "");
  await goesOn(scene, peer);
});

conformance("reading is paused by an inbox of many bytes", async (scene) => {
  const [peer, raw] = await scene.raw({ maxInboxBytes: 5000 });
  const before = Date.now();
  // A message counts 256 bytes besides its body.
  await raw.send(Stream, 0, 0, new Uint8Array(2000));
  await raw.send(Stream, 0, 1, new Uint8Array(2487));
  await scene.pace(2);
  assertEquals(peer.stats().reading, { paused: false });
  await raw.send(Stream, 0, 2);
  await paused(scene, peer, "inbox", before);
  await nextStream(peer);
  await goesOn(scene, peer);
});

for (const side of ["sent", "received"] as const) {
  conformance(
    `reading is paused by the updates of a ${side} request, whose id it says`,
    async (scene) => {
      const [left, right] = await scene.pair({
        left: { maxRequestInboxMessages: 2 },
        right: { maxRequestInboxMessages: 2 },
      });
      // The second of two requests is the one.
      const other = await left.sendRequest(1, "");
      const sent = await left.sendRequest(1, "");
      const { request: otherReceived } = await nextRequest(right);
      const { request: received } = await nextRequest(right);
      const [peer, from, to] = side === "sent"
        ? [left, received, sent]
        : [right, sent, received];
      const before = Date.now();
      await from.sendUpdate(1, "");
      await scene.pace(2);
      assertEquals(peer.stats().reading, { paused: false });
      await from.sendUpdate(2, "");
      const by = { updatesOf: sent.requestId };
      await paused(scene, peer, by, before);
      assertEquals((await to.recvUpdate())?.header.serviceId, 1);
      await goesOn(scene, peer);
      await to.recvUpdate();
      await received.sendResponse(1, "");
      await otherReceived.sendResponse(1, "");
      await Promise.all([sent.recvResponse(), other.recvResponse()]);
    },
  );
}

conformance(
  "reading is paused by the updates of all requests together, and goes on when one is dropped",
  async (scene) => {
    const [client, server] = await scene.pair({
      left: { maxInboxMessages: 4 },
    });
    const sent = [];
    const received = [];
    for (let i = 0; i < 4; i++) {
      sent.push(await client.sendRequest(1, ""));
      received.push((await nextRequest(server)).request);
    }
    const before = Date.now();
    for (const request of received) await request.sendUpdate(1, "");
    const last = sent.at(-1)!;
    await paused(scene, client, { updatesOf: last.requestId }, before);
    // Nobody will take its updates: they don't count any more.
    sent[0]![Symbol.dispose]();
    await goesOn(scene, client);
    for (const request of received) await request.sendResponse(1, "");
    for (const request of sent.slice(1)) {
      assertEquals((await request.recvUpdate())?.header.serviceId, 1);
      await request.recvResponse();
    }
  },
);

conformance(
  "reading is paused by refusals that the other side doesn't read",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      maxOpenReceivedRequests: 1,
      replyQueueBytes: 1,
      stallTimeout: 0,
    });
    const before = Date.now();
    let sent = 0;
    const sends: Promise<void>[] = [];
    let written = -1;
    // All but the first one are refused, and nobody reads that. Where a write is
    // under way it pauses as well, and goes on with it.
    for (let stuck = 0; stuck < 5 && sent < MOST_REFUSED;) {
      if (!peer.stats().reading.paused) {
        sends.push(raw.sendBatch(
          Array.from({ length: 500 }, () => [Request, sent++, 1, ""] as const),
        ));
      }
      await scene.pace(1);
      const { reading, bytesSent } = peer.stats();
      stuck = reading.paused && bytesSent === written ? stuck + 1 : 0;
      written = bytesSent;
    }
    await paused(scene, peer, "replies", before);
    const { request } = await nextRequest(peer);
    for (let i = 1; i < sent; i++) assert((await raw.recv())?.isError);
    await Promise.all(sends);
    await request.sendResponse(1, "");
    assertEquals((await raw.recv())?.header.requestId, request.requestId);
    await goesOn(scene, peer);
  },
  // The others are in memory: see tests/flow for a wire that takes nothing.
  ({ hasConn, name }) => hasConn || name === "Unix seqpacket",
);

conformance(
  "a connection that has ended isn't paused, whatever paused it",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxInboxMessages: 1 });
    await raw.send(Stream, 0, 0);
    await paused(scene, peer, "inbox", 0);
    await peer.close();
    assertEquals(peer.stats().reading, { paused: false });
    await rejectsWith("connection-closed", () => peer.sendStream(1, ""));
    await raw.close();
  },
  ({ lingers }) => !lingers,
);
