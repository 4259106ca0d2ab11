import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../../../mod.ts";
import { reservedId } from "../../../../../protocol/service_id.ts";
import { rejectsWith } from "../../../../support/expect.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import type { Program } from "../../../support/program.ts";
import { ECHO } from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED } from "../../scene.ts";

const { PING } = reservedId;

/** An error response is an answer, and no ping is left. */
async function checkRefused(peer: TestPeer, text: string): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const error = await rejectsWith("remote-error", () => peer.ping());
    const { message, reason, side, serviceId, fatal } = error;
    assertEquals([message, reason, side], [text, null, "remote"]);
    assertEquals([serviceId, fatal], [PING, false]);
  }
}

export const refusedPings: Scenario = {
  name: "a ping is a request for an unknown service",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    await checkRefused(peer, "no such service");
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(peer, native);

    const deaf = await scene.nativeServer("deaf-serve");
    const other = await scene.connect(deaf);
    assertEquals(await deaf.line(), "deaf");
    await checkRefused(other, `unexpected request for service ${PING}`);

    const strict = await scene.nativeServer("strict-camera-serve");
    const last = await scene.connect(strict);
    const error = await assertRejects(() => last.ping(), RpcError);
    // The crate refuses it or drops it, as it comes.
    assert(["remote-error", "connection-closed"].includes(error.code));
    assertEquals(
      await strict.line(),
      `left: received unknown request message with service ID ${PING}`,
    );
    await last.closed;
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("told");
    await checkRefused(peer, "no such service");
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endTold(peer, native);
  },
};

/** Nothing is held up by a ping that is never answered. */
async function checkIgnored(peer: TestPeer, native: Program): Promise<void> {
  const pinging = rejectsWith("connection-closed", () => peer.ping());
  assertEquals(await native.line(), `ignored: ${PING}`);
  const reason = new Error("no answer");
  // It shares the ping that is unanswered.
  const signal = AbortSignal.abort(reason);
  await assertRejects(() => peer.ping({ signal }), Error, "no answer");
  const aborter = new AbortController();
  const waiting = assertRejects(
    () => peer.ping({ signal: aborter.signal }),
    Error,
    "no answer",
  );
  aborter.abort(reason);
  await waiting;
  assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
  const { messagesSent, openSentRequests } = peer.stats();
  assertEquals([messagesSent, openSentRequests], [2, 0]);
  await peer.drain();
  assertEquals((await pinging).outcome, "unknown");
  assertEquals(await peer.closed, null);
}

export const ignoredPings: Scenario = {
  name: "a ping that is never answered",

  async toNative(scene) {
    const native = await scene.nativeServer("mute-serve");
    await checkIgnored(await scene.connect(native), native);
    assertEquals(await native.line(), ENDED);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("mute-told");
    await checkIgnored(peer, native);
    assertEquals(await native.end(), [[ENDED, "done"], 0]);
  },
};
