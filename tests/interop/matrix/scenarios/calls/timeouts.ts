import { assert, assertEquals } from "@std/assert";
import { isPending, rejectsWith } from "../../../../support/expect.ts";
import { HandClock } from "../../../../support/hand_clock.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import {
  DROP,
  ECHO,
  HOLD,
  JOB,
  RELEASE,
  RUNNING,
  TALLY,
} from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED } from "../../scene.ts";

const TIMEOUT = 1000;
const TERMS = { timeout: TIMEOUT };

/** Calls a native peer that answers late, or never. */
async function check(peer: TestPeer, clock: HandClock): Promise<void> {
  const job = await peer.sendRequest(JOB, "go", TERMS);
  assertEquals((await job.recvUpdate())?.header.serviceId, RUNNING);
  const waiting = [
    () => peer.call(HOLD, "late", TERMS),
    () => peer.call(DROP, "", TERMS),
    () => peer.call(HOLD, "too"), // by callTimeout
    () => job.recvResponse(),
    () => job.recvUpdate(),
  ].map((wait) => rejectsWith("deadline-exceeded", wait));
  // All of them are there, as this is.
  await peer.call(ECHO, "");
  clock.turn(TIMEOUT - 1);
  for (const error of waiting) assert(await isPending(error));
  clock.turn(1);
  for (const error of await Promise.all(waiting)) {
    const { side, limit, outcome, fatal } = error;
    assertEquals([side, limit, outcome, fatal], [
      "local",
      TIMEOUT,
      "unknown",
      false,
    ]);
  }
  // An id stays in use until its response, which two of them never get.
  assertEquals(peer.stats().openSentRequests, 4);
  assertEquals((await peer.call(RELEASE, "")).text(), "released");
  const { openSentRequests, droppedMessages, errors } = peer.stats();
  assertEquals([openSentRequests, droppedMessages, errors], [2, 2, 0]);
  // The other side was told nothing.
  assertEquals((await peer.call(TALLY, "")).text(), "0");
  await peer.close();
  assertEquals(await peer.closed, null);
  assertEquals(peer.stats().openSentRequests, 0);
  assertEquals(clock.pending, 0);
}

export const timeouts: Scenario = {
  name: "a timeout ends a request that isn't answered, and nothing else",
  defect: "D: one that is dropped is never answered",

  async toNative(scene) {
    const clock = new HandClock();
    const native = await scene.nativeServer();
    const options = { callTimeout: TIMEOUT };
    await check(await scene.connectWithClock(native, clock, options), clock);
    const lines = await native.take(3);
    assertEquals(lines.toSorted(), [ENDED, "job: lost", "job: open"]);
  },

  async fromNative(scene) {
    const clock = new HandClock();
    const options = { callTimeout: TIMEOUT };
    const [peer, native] = await scene.fromNativeWithClock(
      "told",
      clock,
      options,
    );
    await check(peer, clock);
    const [lines, code] = await native.end();
    assertEquals(lines.filter((line) => line !== "job: lost").toSorted(), [
      "done",
      ENDED,
      "job: open",
    ]);
    assertEquals(code, 0);
  },
};
