import { assertEquals } from "@std/assert";
import type {
  ReceivedRequestHandle,
  SentRequestHandle,
} from "../../../../mod.ts";
import { nextRequest, rejectsWith } from "../../../support/expect.ts";
import type { TestPeer } from "../../../support/scene.ts";
import type { Program } from "../../support/program.ts";
import { ECHO, JOB, RUNNING, STOP, TELL } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import { ENDED, Scene } from "../scene.ts";

/** How far a request has come when the connection ends. */
const STAGES = [
  "nothing was said",
  "a request is open",
  "an update has come back",
  "an update has gone there",
  "the request is answered",
] as const;

const [, OPEN, BACK, THERE, ANSWERED] = STAGES.keys();

/** Brings a job of the native server to a stage; gives the request if it is open. */
async function ask(
  stage: number,
  peer: TestPeer,
  native: Program,
): Promise<SentRequestHandle | null> {
  if (stage < OPEN!) return null;
  const request = await peer.sendRequest(JOB, stage === OPEN ? "quiet" : "go");
  assertEquals(await native.line(), "job: open");
  if (stage >= BACK!) {
    assertEquals((await request.recvUpdate())?.header.serviceId, RUNNING);
  }
  if (stage >= THERE!) {
    await request.sendUpdate(TELL, "still there?");
    assertEquals(await native.line(), `job: update ${TELL}`);
  }
  if (stage < ANSWERED!) return request;
  await request.sendUpdate(STOP, "enough");
  assertEquals(await native.line(), `job: update ${STOP}`);
  assertEquals((await request.recvResponse()).text(), "stopped: enough");
  return null;
}

/** Starts a native client, and answers it up to a stage. */
async function answer(
  stage: number,
  scene: Scene,
): Promise<[TestPeer, Program, ReceivedRequestHandle | null]> {
  const script = stage < OPEN!
    ? "idle"
    : stage === THERE
    ? "job:tell"
    : "job:go";
  const [peer, native] = await scene.fromNative(`ask:${script}`);
  if (stage < OPEN!) {
    assertEquals(await native.line(), "idle");
    return [peer, native, null];
  }
  const { request } = await nextRequest(peer);
  if (stage === BACK) {
    await request.sendUpdate(RUNNING, "go");
    assertEquals(await native.line(), `update ${RUNNING}: go`);
  }
  if (stage === THERE) {
    assertEquals((await request.recvUpdate())?.header.serviceId, TELL);
  }
  if (stage < ANSWERED!) return [peer, native, request];
  await request.sendResponse(JOB, "done");
  assertEquals(await native.take(2), [`response ${JOB}: done`, "idle"]);
  return [peer, native, null];
}

/** Runs a check at each stage, with a scene of its own. */
async function atEachStage(
  { transport, endian }: Scene,
  t: Deno.TestContext,
  check: (stage: number, scene: Scene) => Promise<void>,
): Promise<void> {
  for (const [stage, name] of STAGES.entries()) {
    await t.step(name, async () => {
      await using scene = new Scene(transport, endian);
      await check(stage, scene);
    });
  }
}

/** Fails unless a native server says that a connection has ended, and serves the next. */
async function assertGoesOn(
  scene: Scene,
  native: Program,
  request: SentRequestHandle | null,
): Promise<void> {
  const expected = request === null ? [ENDED] : [ENDED, "job: lost"];
  const lines = await native.take(expected.length);
  assertEquals(lines.toSorted(), expected);
  const next = await scene.connect(native);
  assertEquals((await next.call(ECHO, "go on")).text(), "go on");
}

/** What a requester gets when the connection ends, whoever has ended it. */
async function assertLost(
  peer: TestPeer,
  request: SentRequestHandle | null,
): Promise<void> {
  if (request !== null) {
    await rejectsWith("connection-closed", () => request.recvUpdate());
    await rejectsWith("connection-closed", () => request.recvResponse());
  }
  const error = await peer.closed;
  // An error only where the other side has left a request unanswered.
  if (error !== null) {
    assertEquals([error.code, error.side], ["connection-closed", "remote"]);
    assertEquals([request !== null, error.actual], [true, 1]);
  }
  assertEquals(peer.stats().openSentRequests, 0);
}

export const thisSideCloses: Scenario = {
  name: "the TypeScript side closes, at each stage",
  defect: "F: a clean end is an error there",

  toNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native] = await scene.toNative();
      const request = await ask(stage, peer, native);
      await peer.close();
      await assertLost(peer, request);
      await assertGoesOn(scene, native, request);
    }),

  fromNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native, request] = await answer(stage, scene);
      await peer.close();
      assertEquals(await peer.closed, null);
      const [lines, code] = await native.end();
      assertEquals(code, 0);
      // Its reader and its requester print at the same time.
      const printed = lines.map((line) => line.replace(/^error: .+/, "error"));
      const expected = ["done", ENDED];
      if (request !== null) {
        await rejectsWith("connection-closed", () => request.recvUpdate());
        expected.push("error", "idle");
      }
      assertEquals(printed.toSorted(), expected);
    }),
};

export const nativeCloses: Scenario = {
  name: "the native side closes, at each stage",

  toNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native] = await scene.toNative();
      const request = await ask(stage, peer, native);
      await native.say("close");
      assertEquals(await peer.recvMessage(), null);
      await assertLost(peer, request);
      await assertGoesOn(scene, native, request);
    }),

  fromNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native, request] = await answer(stage, scene);
      await native.say("close");
      await assertGone(peer, request);
      const [lines, code] = await native.end();
      const last = request === null ? "done" : "script: connection aborted";
      assertEquals([lines.toSorted(), code], [[last, ENDED].toSorted(), 0]);
    }),
};

export const nativeDies: Scenario = {
  name: "the native side is killed, at each stage",

  toNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native] = await scene.toNative();
      const request = await ask(stage, peer, native);
      native.kill();
      assertEquals(await peer.recvMessage(), null);
      await assertLost(peer, request);
    }),

  fromNative: (scene, t) =>
    atEachStage(scene, t, async (stage, scene) => {
      const [peer, native, request] = await answer(stage, scene);
      native.kill();
      await assertGone(peer, request);
    }),
};

/** What a responder gets when the requester has gone: an answer is still allowed. */
async function assertGone(
  peer: TestPeer,
  request: ReceivedRequestHandle | null,
): Promise<void> {
  assertEquals(await peer.recvMessage(), null);
  if (request === null) assertEquals(await peer.closed, null);
  else {
    await rejectsWith("connection-closed", () => request.recvUpdate());
    assertEquals(peer.stats().openReceivedRequests, 1);
    request[Symbol.dispose]();
    await peer.closed;
  }
  assertEquals(peer.stats().openReceivedRequests, 0);
}
