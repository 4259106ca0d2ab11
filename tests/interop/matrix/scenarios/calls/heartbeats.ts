import { assert, assertEquals } from "@std/assert";
import { tick } from "../../../../../internal/event_loop.ts";
import { reservedId } from "../../../../../protocol/service_id.ts";
import { isPending, rejectsWith } from "../../../../support/expect.ts";
import { HandClock } from "../../../../support/hand_clock.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import type { Program } from "../../../support/program.ts";
import { ECHO, HOLD, RELEASE, SAMPLE } from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED } from "../../scene.ts";
import { turnsUntil } from "../../turns_until.ts";

const { PING } = reservedId;
const INTERVAL = 1000, TIMEOUT = 400;
const OPTIONS = {
  heartbeat: { interval: INTERVAL, timeout: TIMEOUT },
  stallTimeout: 0,
};

/** Lets time pass step by step, as a heartbeat lets the event loop turn before it judges. */
async function pass(clock: HandClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    clock.turn(Math.min(left, 100));
    await tick();
    await tick();
  }
}

/** A peer that works for long, and says nothing but that it knows no pings. */
async function checkRefused(peer: TestPeer, clock: HandClock): Promise<void> {
  const held = peer.call(HOLD, "long work");
  const { messagesSent } = peer.stats();
  for (let pings = 1; pings <= 5; pings++) {
    await turnsUntil(() => peer.stats().messagesReceived === pings);
    await pass(clock, INTERVAL);
    assertEquals(peer.stats().messagesSent, messagesSent + pings);
    assert(await isPending(peer.closed));
  }
  assertEquals((await peer.call(RELEASE, "")).text(), "released");
  assertEquals((await held).text(), "long work was held");
}

export const refusedHeartbeats: Scenario = {
  name: "a heartbeat takes an error response for a sign of life",

  async toNative(scene) {
    const clock = new HandClock();
    const native = await scene.nativeServer();
    const peer = await scene.connectWithClock(native, clock, OPTIONS);
    await checkRefused(peer, clock);
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const clock = new HandClock();
    const [peer, native] = await scene.fromNativeWithClock(
      "told",
      clock,
      OPTIONS,
    );
    await checkRefused(peer, clock);
    await scene.endTold(peer, native);
  },
};

/** A peer that never answers a ping lives as long as it says something, and no longer. */
async function checkIgnored(
  peer: TestPeer,
  native: Program,
  clock: HandClock,
  speak: () => Promise<unknown>,
): Promise<void> {
  assertEquals(await native.line(), `ignored: ${PING}`);
  const held = rejectsWith(
    "connection-aborted",
    () => peer.call(HOLD, "long work"),
  );
  for (let i = 0; i < 3; i++) {
    const { messagesReceived } = peer.stats();
    await speak();
    await turnsUntil(() => peer.stats().messagesReceived > messagesReceived);
    await pass(clock, INTERVAL + TIMEOUT - 1);
    assert(await isPending(peer.closed));
  }
  await pass(clock, 1);
  const error = await peer.closed;
  assertEquals([error?.code, error?.side, error?.limit], [
    "connection-aborted",
    "remote",
    TIMEOUT,
  ]);
  assertEquals((await held).outcome, "unknown");
  assertEquals([peer.stats().openSentRequests, clock.pending], [0, 0]);
}

export const ignoredHeartbeats: Scenario = {
  name: "a heartbeat ends what neither answers nor says anything",

  async toNative(scene) {
    const clock = new HandClock();
    const native = await scene.nativeServer("mute-serve");
    const peer = await scene.connectWithClock(native, clock, OPTIONS);
    await checkIgnored(peer, native, clock, () => peer.call(ECHO, ""));
    assertEquals(await native.line(), ENDED);
  },

  async fromNative(scene) {
    const clock = new HandClock();
    const [peer, native] = await scene.fromNativeWithClock(
      "mute-told",
      clock,
      OPTIONS,
    );
    const speak = () => native.say(`stream ${SAMPLE} here`);
    await checkIgnored(peer, native, clock, speak);
    assertEquals(await native.end(), [[ENDED, "done"], 0]);
  },
};
