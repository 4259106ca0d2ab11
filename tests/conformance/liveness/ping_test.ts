/** Pings, and their answers. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import {
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";

const { Request, Response, Stream } = MessageType;
const { PING } = reservedId;

conformance("a ping takes as long as its answer", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock });
  const pinging = peer.ping();
  assertEquals(await raw.recvPlain(), [Request, 0, PING, ""]);
  clock.turn(12);
  assert(await isPending(pinging));
  await raw.send(Response, 0, PING, "");
  assertEquals(await pinging, 12);
});

conformance(
  "a ping is answered while the application takes nothing",
  async (scene) => {
    const [left, right] = await scene.pair();
    await left.sendStream(1, "waits");
    assert(await left.ping() >= 0);
    const { inboxMessages, openReceivedRequests } = right.stats();
    assertEquals([inboxMessages, openReceivedRequests], [1, 0]);
    assertEquals((await nextStream(right)).text(), "waits");
  },
);

conformance("a write handle pings, until it is released", async (scene) => {
  const [left] = await scene.pair();
  const [reader, writer] = left.split();
  const error = await left.ping().catch((error) => error);
  assert(error instanceof TypeError);
  assert(await writer.ping() >= 0);
  writer[Symbol.dispose]();
  const released = await writer.ping().catch((error) => error);
  assert(released instanceof TypeError);
  reader[Symbol.dispose]();
});

conformance("pings share the one that is unanswered", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock });
  const first = peer.ping();
  clock.turn(5);
  const second = peer.ping();
  assertEquals(await raw.recvPlain(), [Request, 0, PING, ""]);
  clock.turn(5);
  await raw.send(Response, 0, PING, "");
  assertEquals(await Promise.all([first, second]), [10, 10]);
  const third = peer.ping();
  assertEquals(await raw.recvPlain(), [Request, 1, PING, ""]);
  await raw.send(Response, 1, PING, "");
  assertEquals(await third, 0);
  assertEquals(peer.stats().messagesSent, 2);
});

conformance("a signal ends the waiting, and not the ping", async (scene) => {
  const [peer, raw] = await scene.raw();
  const aborter = new AbortController();
  const reason = new Error("enough");
  const pinging = peer.ping({ signal: aborter.signal }).catch((error) => error);
  assertEquals(await raw.recvPlain(), [Request, 0, PING, ""]);
  aborter.abort(reason);
  assertStrictEquals(await pinging, reason);
  assertStrictEquals(
    await peer.ping({ signal: aborter.signal }).catch((error) => error),
    reason,
  );
  const again = peer.ping();
  await raw.send(Response, 0, PING, "");
  assert(await again >= 0);
  assertEquals(peer.stats().messagesSent, 1);
});

conformance(
  "a ping takes no place of the open requests of either side",
  async (scene) => {
    const [left, right] = await scene.pair({
      maxOpenSentRequests: 1,
      maxOpenReceivedRequests: 1,
    });
    const calling = left.call(1, "");
    const { request } = await nextRequest(right);
    assert(await left.ping() >= 0);
    const waiting = left.call(2, "");
    assert(await left.ping() >= 0);
    assertEquals(left.stats().openSentRequests, 1);
    assertEquals(right.stats().refusedRequests, 0);
    await request.sendResponse(1, "");
    await calling;
    // The answers have given no permit back: the second call is the only one.
    const { request: second } = await nextRequest(right);
    const third = left.call(3, "");
    await scene.pace(2);
    assertEquals(left.stats().openSentRequests, 1);
    await second.sendResponse(2, "");
    await waiting;
    await (await nextRequest(right)).request.sendResponse(3, "");
    await third;
  },
);

conformance("an error response rejects a ping", async (scene) => {
  const [peer, raw] = await scene.raw();
  const pinging = rejectsWith("remote-error", () => peer.ping());
  await raw.recv();
  await raw.send(Response, 0, -1, "unknown service");
  const error = await pinging;
  assertEquals([error.message, error.serviceId, error.side, error.fatal], [
    "unknown service",
    PING,
    "remote",
    false,
  ]);
  const again = peer.ping();
  await raw.recv();
  await raw.send(Response, 1, PING, "");
  assert(await again >= 0);
});

conformance("a ping fails with its connection", async (scene) => {
  const [peer, raw] = await scene.raw();
  const pinging = rejectsWith("connection-closed", () => peer.ping());
  await raw.recv();
  await raw.end();
  assertEquals((await pinging).outcome, "unknown");
  const late = await rejectsWith("connection-closed", () => peer.ping());
  assertEquals(late.outcome, "not-sent");
});

conformance("a second answer to a ping is for no request", async (scene) => {
  const [peer, raw] = await scene.raw();
  const pinging = peer.ping();
  await raw.recv();
  await raw.sendBatch([[Response, 0, PING, ""], [Response, 0, PING, ""]]);
  assert(await pinging >= 0);
  await rejectsWith("unknown-request-id", () => peer.recvMessage());
});

conformance(
  "the answer has the body of the ping, which may have 64 bytes",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxOpenReceivedRequests: 1 });
    await raw.send(Request, 1, 1, "");
    const { request } = await nextRequest(peer);
    const longest = "x".repeat(64);
    for (const [id, body] of ["", "{", "[1]", longest].entries()) {
      await raw.send(Request, 10 + id, PING, body);
      assertEquals(await raw.recvPlain(), [Response, 10 + id, PING, body]);
    }
    await raw.send(Request, 20, PING, `${longest}x`);
    const refusal = await raw.recv();
    assert(refusal?.isError);
    assert(refusal.text().startsWith("invalid-request: "), refusal.text());
    await request.sendResponse(1, "");
    const { openReceivedRequests, errors } = peer.stats();
    assertEquals([openReceivedRequests, errors], [0, 0]);
  },
);

conformance(
  "a side that pings and never reads is stopped",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      replyQueueBytes: 1,
      maxOpenReceivedRequests: 1,
    });
    const body = "x".repeat(64);
    const batch = Array.from(
      { length: 1000 },
      (_, i) => [Request, i, PING, body] as const,
    );
    let floods = true;
    const flooding = (async () => {
      while (floods) await raw.sendBatch(batch);
    })().catch((error) => error);
    // It pauses for as long as its answers are written; at the end that never ends.
    for (let before = -1;;) {
      const { bytesReceived, reading } = peer.stats();
      if (reading.paused && bytesReceived === before) break;
      before = bytesReceived;
      await scene.pace(3);
    }
    floods = false;
    const { reading, queuedBytes } = peer.stats();
    assert(reading.paused && reading.by === "replies");
    // One read more than the limit of 512 bytes.
    assert(queuedBytes < 8 * 1024 * 1024, `${queuedBytes}`);
    // What is left of the flood is dropped then.
    const closing = peer.close();
    await raw.close();
    await closing;
    await flooding;
  },
);

conformance("a stream message may have the id of a ping", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([[Stream, 0, PING, ""], [Stream, 0, 1, "behind"]]);
  assertEquals((await nextStream(peer)).text(), "behind");
  assertEquals(peer.stats().droppedMessages, 1);
});
