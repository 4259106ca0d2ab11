/** Messages that begin and don't end, on sockets; `hostile` has them on a scripted wire. */
import { assert, assertEquals } from "@std/assert";
import type { PeerOptions, TcpConn, TcpTransport } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextStream, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { writeAll } from "../../support/scripted_fill.ts";
import { claim, frame, frames, STREAM } from "../../support/scripted_frames.ts";
import type { TransportUnderTest } from "../../support/transport_under_test.ts";

const PERIOD = 1000;
const LONG = 400 * 1024;
const LIMITS = { maxBodyLenRead: LONG };
const whole = frame(STREAM, 0, 1, "whole");
const half = whole.subarray(0, 18);
const rest = whole.subarray(18);

/** Takes the transports to which a test can write bytes; datagrams come whole. */
function writesBytes({ hasConn }: TransportUnderTest): boolean {
  return hasConn;
}

/** A peer, and the other end of its socket in the hands of the test. */
class Wire {
  readonly clock = new HandClock();
  readonly peer: TestPeer;
  readonly #scene: Scene;
  readonly #conn: TcpConn;
  #said = 0;

  private constructor(
    scene: Scene,
    peer: (clock: HandClock) => TestPeer,
    conn: TcpConn,
  ) {
    this.#scene = scene;
    this.peer = peer(this.clock);
    this.#conn = conn;
  }

  static async open(scene: Scene, options: PeerOptions = {}): Promise<Wire> {
    const [left, right] = await scene.link(LIMITS);
    const all = { stallTimeout: PERIOD, ...options };
    return new Wire(
      scene,
      (clock) => scene.spawn(left, all, clock),
      (right as TcpTransport).conn,
    );
  }

  /** Says something, and waits until the peer has read it. */
  async say(...parts: Uint8Array[]): Promise<void> {
    const bytes = frames(...parts);
    await writeAll(this.#conn, bytes);
    this.#said += bytes.length;
    for (let i = 0; this.peer.stats().bytesReceived < this.#said; i++) {
      assert(i < 1000, "The peer doesn't read");
      await this.#scene.pace(1);
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

conformance(
  "half a message for two periods is limit-exceeded",
  async (scene) => {
    using wire = await Wire.open(scene);
    const { peer, clock } = wire;
    const waiting = rejectsWith("limit-exceeded", () => peer.recvMessage());
    await wire.say(half);
    clock.turn(PERIOD);
    clock.turn(PERIOD);
    const error = await peer.closed;
    assertEquals([error?.code, error?.fatal, error?.side, error?.limit], [
      "limit-exceeded",
      true,
      "remote",
      PERIOD,
    ]);
    assertEquals(await waiting, error);
    await rejectsWith("limit-exceeded", () => peer.sendStream(1, ""));
    assertEquals(clock.pending, 0);
  },
  writesBytes,
);

conformance(
  "what is whole in front of half a message is delivered",
  async (scene) => {
    using wire = await Wire.open(scene);
    await wire.say(whole, whole, half);
    wire.clock.turn(PERIOD);
    wire.clock.turn(PERIOD);
    await wire.peer.closed;
    for (let i = 0; i < 2; i++) {
      assertEquals((await nextStream(wire.peer)).text(), "whole");
    }
    await rejectsWith("limit-exceeded", () => wire.peer.recvMessage());
  },
  writesBytes,
);

conformance("a message that is finished in time is no stall", async (scene) => {
  using wire = await Wire.open(scene);
  for (let i = 0; i < 5; i++) {
    await wire.say(half);
    wire.clock.turn(PERIOD - 1);
    await wire.say(rest);
    assertEquals((await nextStream(wire.peer)).text(), "whole");
    wire.clock.turn(3 * PERIOD);
  }
}, writesBytes);

conformance("a trickle is a stall", async (scene) => {
  using wire = await Wire.open(scene);
  await wire.say(claim(12 + LONG, STREAM));
  const { closed } = wire.peer;
  // Enough in the first period, and too little in the second one.
  for (const length of [100 * 1024, 60 * 1024]) {
    await wire.say(new Uint8Array(length));
    wire.clock.turn(PERIOD);
  }
  assertEquals((await closed)?.code, "limit-exceeded");
}, writesBytes);

conformance("a large message that keeps coming isn't cut", async (scene) => {
  using wire = await Wire.open(scene);
  const long = frame(STREAM, 0, 1, new Uint8Array(LONG).map((_, i) => i >> 9));
  const step = 80 * 1024;
  for (let at = 0; at < long.length; at += step) {
    await wire.say(long.subarray(at, at + step));
    wire.clock.turn(PERIOD);
  }
  const message = await nextStream(wire.peer);
  assertEquals(message.body.data, long.subarray(16));
}, writesBytes);

conformance("half a message behind a pause is no stall", async (scene) => {
  using wire = await Wire.open(scene, { maxInboxMessages: 1 });
  await wire.say(whole, half);
  for (let i = 0; i < 10; i++) wire.clock.turn(PERIOD);
  assert(await isPending(wire.peer.closed));
  assertEquals((await nextStream(wire.peer)).text(), "whole");
  // Its time begins now.
  wire.clock.turn(PERIOD - 1);
  await wire.say(rest);
  assertEquals((await nextStream(wire.peer)).text(), "whole");
}, writesBytes);

conformance("with stallTimeout 0 half a message may stay", async (scene) => {
  using wire = await Wire.open(scene, { stallTimeout: 0 });
  await wire.say(half);
  wire.clock.turn(1e9);
  await wire.say(rest);
  assertEquals((await nextStream(wire.peer)).text(), "whole");
}, writesBytes);
