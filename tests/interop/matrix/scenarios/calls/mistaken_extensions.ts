import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../../../mod.ts";
import { reservedId } from "../../../../../protocol/service_id.ts";
import { rejectsWith } from "../../../../support/expect.ts";
import { HandClock } from "../../../../support/hand_clock.ts";
import { Camera } from "../../../support/camera_interface.ts";
import {
  ECHO,
  FAIL,
  HOLD,
  JOB,
  RELEASE,
  RUNNING,
  TALLY,
} from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED, type Scene } from "../../scene.ts";
import { turnsUntil } from "../../turns_until.ts";

const OURS = { extensions: true };
const { CANCEL, METADATA } = reservedId;

/** What a server whose services are known by id sees of it. */
async function raw(scene: Scene): Promise<void> {
  const clock = new HandClock();
  const native = await scene.nativeServer();
  const peer = await scene.connectWithClock(native, clock, OURS);
  assertEquals((await peer.call(ECHO, "hello")).text(), "hello");
  assertEquals((await peer.call(TALLY, "")).text(), "0");
  // Metadata is a stream message, of a kind that the program doesn't know.
  const terms = { timeout: 60_000, metadata: { user: "x" } };
  assertEquals((await peer.call(ECHO, "hello", terms)).text(), "hello");
  assertEquals((await peer.call(TALLY, "")).text(), "1");
  // A cancel is an update of such a kind: the job goes on.
  const operator = new AbortController();
  const job = await peer.sendRequest(JOB, "go", { signal: operator.signal });
  assertEquals((await job.recvUpdate())?.header.serviceId, RUNNING);
  operator.abort(new Error("pressed stop"));
  await assertRejects(() => job.recvResponse(), Error, "pressed stop");
  assertEquals(await native.take(2), ["job: open", `job: update ${CANCEL}`]);
  assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
  assertEquals(peer.stats().openSentRequests, 1);
  // A deadline is kept by this side alone.
  const late = rejectsWith(
    "deadline-exceeded",
    () => peer.call(HOLD, "late", { timeout: 1000 }),
  );
  assertEquals((await peer.call(TALLY, "")).text(), "2");
  clock.turn(1000);
  assertEquals([(await late).side, (await late).outcome], ["local", "unknown"]);
  assertEquals((await peer.call(RELEASE, "")).text(), "released");
  assertEquals(peer.stats().openSentRequests, 1);
  // Error texts are taken at their word.
  for (
    const [text, reason, outcome] of [
      ["no film", "failed", "unknown"],
      ["unavailable: no film", "unavailable", "refused"],
    ]
  ) {
    const fail = () => peer.call(FAIL, text!);
    const error = await rejectsWith("remote-error", fail);
    assertEquals([error.reason, error.outcome], [reason, outcome]);
  }
  // What is cancelled keeps nobody from ending in good order.
  await peer.drain();
  assertEquals(await peer.closed, null);
  assertEquals((await native.take(2)).toSorted(), [ENDED, "job: lost"]);
}

/** A server of the interface! macro that answers what it doesn't know. */
async function patient(scene: Scene): Promise<void> {
  const native = await scene.nativeServer("camera-serve");
  const peer = await scene.connect(native, OURS);
  const camera = Camera.client(peer);
  await camera.ping();
  const [recording] = await Promise.all([
    camera.record({ images: 1, until_cancelled: true }, { timeout: 60_000 }),
    native.line().then((line) =>
      assertEquals(line, `refused: ${unknown("stream message", METADATA)}`)
    ),
  ]);
  for await (const { name } of recording.updates()) {
    if (name === "image") break;
  }
  recording[Symbol.dispose]();
  assertEquals(
    await native.line(),
    `invalid update: ${unknown("update", CANCEL)}`,
  );
  await turnsUntil(() => peer.stats().openSentRequests === 0);
  await camera.ping();
  await scene.endToNative(peer, native);
}

/** One that leaves at what it doesn't know, as many programs do. */
async function strict(scene: Scene): Promise<void> {
  const native = await scene.nativeServer("strict-camera-serve");
  const peer = await scene.connect(native, OURS);
  const camera = Camera.client(peer);
  await camera.ping();
  const calling = assertRejects(
    () => camera.ping({ timeout: 60_000 }),
    RpcError,
  );
  assertEquals(
    await native.line(),
    `left: ${unknown("stream message", METADATA)}`,
  );
  const error = await calling;
  // The crate refuses it or drops it, as it comes.
  assert(["remote-error", "connection-closed"].includes(error.code));
  assertEquals([error.side, error.outcome], ["remote", "unknown"]);
  assertEquals(error.service, "Camera.ping");
  await peer.closed;
  assertEquals(peer.stats().openSentRequests, 0);
}

function unknown(what: string, id: number): string {
  return `received unknown ${what} with service ID ${id}`;
}

export const mistakenExtensions: Scenario = {
  name: "extensions: true by mistake",

  async toNative(scene, t) {
    for (const check of [raw, patient, strict]) {
      await t.step(check.name, () => check(scene));
    }
  },

  /** Whoever is asked doesn't have to know. */
  async fromNative(scene) {
    await scene.script("answers", [
      ...[0, 10, -2, 2 ** 31 - 1, -(2 ** 31) + 16].map((service) =>
        `response ${service}: ${service}`
      ),
      "error: -1",
      "response 1: Hello World!",
      "response 1: ",
    ], OURS);
    await scene.script(`call:${FAIL},no film`, ["error: no film"], OURS);
  },
};
