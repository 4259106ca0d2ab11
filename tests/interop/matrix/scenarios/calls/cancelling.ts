import { assertEquals, assertRejects } from "@std/assert";
import { fired } from "../../../../support/expect.ts";
import { HandClock } from "../../../../support/hand_clock.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import type { Program } from "../../../support/program.ts";
import { ECHO, JOB, STOP, TALLY } from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { turnsUntil } from "../../turns_until.ts";

const TIMEOUT = 1000;
const onAbort = { serviceId: STOP, body: "enough" };

/** Stops jobs of a native peer in each of the ways. */
async function check(
  peer: TestPeer,
  native: Program,
  clock: HandClock,
): Promise<void> {
  const operator = new AbortController();
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["pressed stop", async () => {
      const { signal } = operator;
      const job = peer.call(JOB, "go", { signal, onAbort });
      assertEquals(await native.line(), "job: open");
      operator.abort(new Error("pressed stop"));
      await job;
    }],
    ["no response after 1000 ms", async () => {
      const job = peer.call(JOB, "go", { timeout: TIMEOUT, onAbort });
      assertEquals(await native.line(), "job: open");
      clock.turn(TIMEOUT);
      await job;
    }],
    ["answered or disposed", async () => {
      const job = await peer.sendRequest(JOB, "go", { onAbort });
      assertEquals(await native.line(), "job: open");
      job[Symbol.dispose]();
      await job.recvResponse();
    }],
  ];
  for (const [i, [text, stop]] of ways.entries()) {
    await assertRejects(stop, Error, text);
    assertEquals(await native.line(), `job: update ${STOP}`);
    // The late response, and the update that tells that the job is running.
    await turnsUntil(() => peer.stats().openSentRequests === 0);
    assertEquals(peer.stats().droppedMessages, 2 * (i + 1));
  }
  assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
  assertEquals((await peer.call(TALLY, "")).text(), "0");
}

export const onAborts: Scenario = {
  name: "onAbort stops a job, however it is cancelled",

  async toNative(scene) {
    const clock = new HandClock();
    const native = await scene.nativeServer();
    const peer = await scene.connectWithClock(native, clock);
    await check(peer, native, clock);
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const clock = new HandClock();
    const [peer, native] = await scene.fromNativeWithClock("told", clock);
    await check(peer, native, clock);
    await scene.endTold(peer, native);
  },
};

export const serveCancel: Scenario = {
  name: "an update that serve takes for a cancel fires the signal of its job",

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("told");
    const signals: AbortSignal[] = [];
    const serving = peer.serve({
      [JOB]: async (request, _body, { signal }) => {
        signals.push(signal);
        await fired(signal);
        const update = await request.recvUpdate();
        return `${signal.reason.code}, ${update?.text()}`;
      },
      [ECHO]: (_request, body) => body,
    }, { cancel: STOP });
    for (const id of [0, 1]) {
      await native.say(`request ${JOB} go`);
      assertEquals(await native.line(), `sent ${id}`);
    }
    await native.say(`update 0 ${STOP} enough`);
    assertEquals(
      await native.line(),
      `0 response ${JOB}: request-closed, enough`,
    );
    assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
    // A kind that is none stops nothing.
    await native.say(`update 1 ${STOP + 1} too`);
    await native.say(`request ${ECHO} go on`);
    assertEquals(await native.take(2), ["sent 2", `2 response ${ECHO}: go on`]);
    assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
    await native.say(`update 1 ${STOP} enough`);
    assertEquals(await native.line(), `1 response ${JOB}: request-closed, too`);
    await scene.endTold(peer, native);
    await serving;
  },
};
