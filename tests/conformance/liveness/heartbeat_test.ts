/** A heartbeat ends the connection to a side that is gone, and to no other. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, type RpcError, type TcpTransport } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { tick } from "../../../internal/event_loop.ts";
import { conformance } from "../../support/conformance.ts";
import {
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { writeAll } from "../../support/scripted_fill.ts";
import { frame, STREAM } from "../../support/scripted_frames.ts";
import { until } from "../../support/stats.ts";

const { Request, Response, Stream } = MessageType;
const { PING } = reservedId;
const INTERVAL = 1000;
const TIMEOUT = 400;
const HEARTBEAT = { interval: INTERVAL, timeout: TIMEOUT };
const PING_BODY = `{"every":${INTERVAL / 2}}`;
const OPTIONS = { heartbeat: HEARTBEAT, stallTimeout: 0 };

/** Lets time pass, in which messages get where they go. */
async function pass(scene: Scene, clock: HandClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    clock.turn(Math.min(left, 100));
    // A heartbeat lets the event loop turn before it judges.
    await tick();
    await scene.pace(1);
  }
}

/** Fails unless the connection is cut off after so many ms, and no sooner. */
async function assertCutOffIn(
  scene: Scene,
  clock: HandClock,
  peer: TestPeer,
  ms: number,
): Promise<RpcError> {
  await pass(scene, clock, ms - 1);
  assert(await isPending(peer.closed));
  await pass(scene, clock, 1);
  const error = await peer.closed;
  assertEquals(error?.code, "connection-aborted");
  return error!;
}

conformance("a silent side is cut off", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ ...OPTIONS, clock });
  assertEquals(await raw.recvPlain(), [Request, 0, PING, PING_BODY]);
  await raw.send(Response, 0, PING, PING_BODY);
  await until(scene, peer, (stats) => stats.messagesReceived === 1);
  const calling = rejectsWith("connection-aborted", () => peer.call(1, ""));
  assertEquals((await raw.recv())?.header.serviceId, 1);
  await pass(scene, clock, INTERVAL - 1);
  assertEquals(peer.stats().messagesSent, 2);
  await pass(scene, clock, 1);
  assertEquals(await raw.recvPlain(), [Request, 2, PING, PING_BODY]);
  const pinging = rejectsWith("connection-aborted", () => peer.ping());
  const error = await assertCutOffIn(scene, clock, peer, TIMEOUT);
  assertEquals([error.fatal, error.side, error.limit], [
    true,
    "remote",
    TIMEOUT,
  ]);
  assertEquals((await calling).outcome, "unknown");
  await pinging;
  await rejectsWith("connection-aborted", () => peer.recvMessage());
  assertEquals(clock.pending, 0);
});

conformance(
  "a side that hasn't even answered the first ping is cut off no sooner",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({ ...OPTIONS, clock });
    await raw.recv();
    await assertCutOffIn(scene, clock, peer, INTERVAL + TIMEOUT);
    // One ping at a time.
    assertEquals(peer.stats().messagesSent, 1);
  },
);

conformance("anything that comes is a sign of life", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ ...OPTIONS, clock });
  await raw.recv();
  for (let i = 0; i < 4; i++) {
    await pass(scene, clock, INTERVAL + TIMEOUT - 1);
    await raw.send(Stream, 0, 1, "");
    await nextStream(peer);
  }
  assert(await isPending(peer.closed));
  await pass(scene, clock, INTERVAL + TIMEOUT);
  assertEquals((await peer.closed)?.code, "connection-aborted");
});

conformance("an error is an answer", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ ...OPTIONS, clock });
  for (let id = 0; id < 3; id++) {
    assertEquals(await raw.recvPlain(), [Request, id, PING, PING_BODY]);
    await raw.send(Response, id, -1, "unknown service");
    await until(scene, peer, (stats) => stats.messagesReceived === id + 1);
    await pass(scene, clock, INTERVAL);
  }
  assert(await isPending(peer.closed));
});

conformance("an idle side is not cut off, and isn't pinged", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ left: OPTIONS, clock });
  await scene.pace(2);
  await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
  assert(await isPending(left.closed));
  assertEquals(left.stats().messagesSent, 1);
  // Its answer, and a sign of life in each half of an interval.
  assertEquals(right.stats().messagesSent, 1 + 5);
});

conformance("both sides may have one", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ ...OPTIONS, clock });
  await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
  assert(await isPending(left.closed));
  assert(await isPending(right.closed));
});

conformance("a busy side is not cut off", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ left: OPTIONS, clock });
  const calling = left.call(1, "takes long");
  const { request } = await nextRequest(right);
  await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
  await request.sendResponse(1, "done");
  assertEquals((await calling).text(), "done");
});

conformance("a side that is paused is not cut off", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({
    left: OPTIONS,
    right: { maxInboxMessages: 1 },
    stallTimeout: 0,
    clock,
  });
  const body = new Uint8Array(8000);
  const count = Math.ceil(2 * scene.transport.capacity / body.length);
  const sends = Array.from({ length: count }, () => left.sendStream(1, body));
  await until(scene, right, (stats) => stats.reading.paused);
  await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
  assert(right.stats().reading.paused);
  assert(await isPending(left.closed));
  for (let i = 0; i < count; i++) await nextStream(right);
  await Promise.all(sends);
});

conformance(
  "a side that is paused from the start is not cut off",
  async (scene) => {
    const clock = new HandClock();
    const [left, right] = await scene.pair({
      left: OPTIONS,
      right: { maxInboxMessages: 1 },
      stallTimeout: 0,
      clock,
    });
    // Behind the first ping, and in one write with it.
    const sends = [1, 2, 3].map((id) => left.sendStream(id, ""));
    await until(scene, right, (stats) => stats.reading.paused);
    await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
    assert(right.stats().reading.paused);
    assert(await isPending(left.closed));
    for (const id of [1, 2, 3]) {
      assertEquals((await nextStream(right)).header.serviceId, id);
    }
    await Promise.all(sends);
  },
);

conformance(
  "nothing is judged while its own reading is paused",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({
      ...OPTIONS,
      maxInboxMessages: 1,
      clock,
    });
    await raw.recv();
    // In the middle of a ping.
    await pass(scene, clock, INTERVAL + 1);
    const sending = raw.sendBatch([[Stream, 0, 1, ""], [Stream, 0, 2, ""]]);
    await until(scene, peer, (stats) => stats.reading.paused);
    assert(peer.stats().reading.paused);
    await pass(scene, clock, 2 * (INTERVAL + TIMEOUT));
    assert(await isPending(peer.closed));
    await nextStream(peer);
    await nextStream(peer);
    await sending;
    await until(scene, peer, (stats) => !stats.reading.paused);
    await assertCutOffIn(scene, clock, peer, INTERVAL + TIMEOUT);
  },
);

conformance("a process that stood still blames nobody", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ ...OPTIONS, clock });
  await raw.recv();
  for (let i = 0; i < 5; i++) {
    clock.freeze(10 * (INTERVAL + TIMEOUT));
    await tick();
    await scene.pace(1);
  }
  assert(await isPending(peer.closed));
  // Nor if it stands still while it waits for an answer.
  await pass(scene, clock, INTERVAL);
  clock.freeze(10 * (INTERVAL + TIMEOUT));
  await tick();
  await scene.pace(1);
  assert(await isPending(peer.closed));
  // But once it goes on.
  await pass(scene, clock, TIMEOUT);
  assertEquals((await peer.closed)?.code, "connection-aborted");
});

conformance(
  "a message that takes long is no silence",
  async (scene) => {
    const clock = new HandClock();
    const [left, right] = await scene.link();
    const peer = scene.spawn(left, OPTIONS, clock);
    const { conn } = right as TcpTransport;
    const message = frame(STREAM, 0, 1, "slow, byte by byte");
    let said = 0;
    for (const byte of message) {
      await writeAll(conn, Uint8Array.of(byte));
      said++;
      await until(scene, peer, (stats) => stats.bytesReceived === said);
      // More often than that its bytes needn't come.
      clock.turn(INTERVAL);
      await tick();
      clock.turn(TIMEOUT - 1);
      await tick();
    }
    assertEquals((await nextStream(peer)).text(), "slow, byte by byte");
    assert(await isPending(peer.closed));
    await right.close();
  },
  ({ hasConn }) => hasConn,
);

conformance("a heartbeat ends with its connection", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ ...OPTIONS, clock });
  await scene.pace(2);
  const closing = left.close();
  await right.closed;
  await closing;
  assertEquals(await left.closed, null);
  await right.close();
  assertEquals(clock.pending, 0);
});

conformance("a heartbeat whose pings don't fit ends at once", async (scene) => {
  const limit = 12;
  const [left, right] = await scene.link({ maxBodyLenWrite: limit });
  const error = await scene.spawn(left, OPTIONS).closed;
  assertEquals([error?.code, error?.fatal, error?.limit, error?.actual], [
    "payload-too-large",
    true,
    limit,
    PING_BODY.length,
  ]);
  await right.close();
});
