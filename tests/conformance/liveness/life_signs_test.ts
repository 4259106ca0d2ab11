/** Signs of life, for a side that has asked for them. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, type PeerOptions } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, nextRequest, nextStream } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";

const { Request, Response, Stream } = MessageType;
const { PING, SIGN_OF_LIFE } = reservedId;
const SIGN = [Stream, 0, SIGN_OF_LIFE, ""];

/** A peer, and the side that asks for signs of life. */
class Asked {
  readonly clock: HandClock;
  readonly peer: TestPeer;
  readonly raw: RawEnd;
  readonly #scene: Scene;

  private constructor(
    scene: Scene,
    clock: HandClock,
    [peer, raw]: [TestPeer, RawEnd],
  ) {
    this.#scene = scene;
    this.clock = clock;
    this.peer = peer;
    this.raw = raw;
  }

  static async open(scene: Scene, options: PeerOptions = {}): Promise<Asked> {
    const clock = new HandClock();
    const all = { clock, stallTimeout: 0, closeTimeout: 0, ...options };
    return new Asked(scene, clock, await scene.raw(all));
  }

  async askEvery(every: unknown): Promise<void> {
    const body = JSON.stringify({ every });
    await this.raw.send(Request, 0, PING, body);
    assertEquals(await this.recv(), [Response, 0, PING, body]);
  }

  /** The next message; when it is here, its write is over there. */
  async recv(): Promise<unknown> {
    const message = await this.raw.recvPlain();
    await until(this.#scene, this.peer, (stats) => stats.queuedBytes === 0);
    return message;
  }
}

conformance("a sign of life is sent after each silence", async (scene) => {
  const asked = await Asked.open(scene);
  const { clock, peer } = asked;
  await asked.askEvery(100);
  for (let i = 0; i < 3; i++) {
    const { messagesSent } = peer.stats();
    clock.turn(99);
    assertEquals(peer.stats().messagesSent, messagesSent);
    clock.turn(1);
    assertEquals(await asked.recv(), SIGN);
  }
  // Whatever else is sent shows as much.
  clock.turn(60);
  await peer.sendStream(1, "busy");
  await asked.recv();
  clock.turn(99);
  assertEquals(peer.stats().messagesSent, 5);
  clock.turn(1);
  assertEquals(await asked.recv(), SIGN);
});

conformance("signs of life are sent while reading is paused", async (scene) => {
  const asked = await Asked.open(scene, { maxInboxMessages: 1 });
  const { clock, peer, raw } = asked;
  await asked.askEvery(100);
  const sending = raw.sendBatch([
    [Stream, 0, 1, "one"],
    [Stream, 0, 1, "two"],
  ]);
  await until(scene, peer, (stats) => stats.reading.paused);
  assert(peer.stats().reading.paused);
  for (let i = 0; i < 3; i++) {
    clock.turn(100);
    assertEquals(await asked.recv(), SIGN);
  }
  assert(peer.stats().reading.paused);
  for (const text of ["one", "two"]) {
    assertEquals((await nextStream(peer)).text(), text);
  }
  await sending;
});

conformance("nobody gets signs of life without asking", async (scene) => {
  const asked = await Asked.open(scene);
  const { clock, peer, raw } = asked;
  for (const body of ["", "null", "[]", "{}", '{"every":"1"}', '{"every":']) {
    await raw.send(Request, 0, PING, body);
    assertEquals(await asked.recv(), [Response, 0, PING, body]);
  }
  assertEquals(clock.pending, 0);
  clock.turn(2 ** 31);
  await peer.sendStream(1, "first");
  assertEquals((await raw.recv())?.text(), "first");
});

conformance("nobody gets them more often than each 10 ms", async (scene) => {
  const asked = await Asked.open(scene);
  const { clock, peer } = asked;
  for (const every of [0, -1e9, 1e-300]) {
    await asked.askEvery(every);
    const { messagesSent } = peer.stats();
    clock.turn(9);
    assertEquals(peer.stats().messagesSent, messagesSent);
    clock.turn(1);
    assertEquals(await asked.recv(), SIGN);
  }
  await asked.askEvery(1e300);
  const { messagesSent } = peer.stats();
  clock.turn(2 ** 31 - 2);
  assertEquals([peer.stats().messagesSent, clock.pending], [messagesSent, 1]);
});

conformance(
  "a side that asks for them and never reads gets no more than it takes",
  async (scene) => {
    const asked = await Asked.open(scene);
    const { clock, peer, raw } = asked;
    await asked.askEvery(100);
    const body = new Uint8Array(8000);
    const count = Math.ceil(2 * scene.transport.capacity / body.length);
    const sends = Array.from({ length: count }, () => peer.sendStream(1, body));
    const all = Promise.allSettled(sends);
    await scene.pace();
    const { messagesSent, queuedBytes } = peer.stats();
    assert(queuedBytes > 0);
    clock.turn(100_000);
    assertEquals(peer.stats().messagesSent, messagesSent);
    await raw.close();
    await all;
  },
);

conformance("no sign of life outlives its connection", async (scene) => {
  const asked = await Asked.open(scene);
  const { clock, peer, raw } = asked;
  await asked.askEvery(100);
  const closing = peer.close();
  clock.turn(50);
  assertEquals(await raw.recv(), null);
  await closing;
  assertEquals(clock.pending, 0);
});

conformance(
  "a side that has ended its half gets no more of them, and its response",
  async (scene) => {
    const asked = await Asked.open(scene);
    const { clock, peer, raw } = asked;
    await asked.askEvery(100);
    await raw.send(Request, 1, 1, "");
    const { request } = await nextRequest(peer);
    const halfClosed = fired(request.signal);
    await raw.end();
    await halfClosed;
    const { messagesSent } = peer.stats();
    clock.turn(1000);
    assertEquals(peer.stats().messagesSent, messagesSent);
    await request.sendResponse(1, "done");
    assertEquals(await raw.recvPlain(), [Response, 1, 1, "done"]);
    assertEquals(await raw.recv(), null);
  },
);
