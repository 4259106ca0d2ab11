import { assertEquals, assertRejects } from "@std/assert";
import type { HandlersOf } from "../../../../../interface/mod.ts";
import { fired } from "../../../../support/expect.ts";
import { HandClock } from "../../../../support/hand_clock.ts";
import { Camera } from "../../../support/camera_interface.ts";
import type { Scenario } from "../../scenario.ts";
import { turnsUntil } from "../../turns_until.ts";

const UNTIL_STOPPED = { images: 1, until_cancelled: true };

const handlers: HandlersOf<typeof Camera> = {
  ping: () => {},
  async *record(_what, request) {
    const format = "Mono8";
    const image = { index: 0, width: 2, height: 1, format, data: [0, 1] };
    yield { name: "image", body: { ...image, format } };
    await fired(request.signal);
    const { value } = await request.updates().next();
    return { images: 1, cancelled: value?.name ?? null };
  },
  reset: () => {},
  temperature: () => {},
};

/** Of the interface! macro on the native side, which knows no cancels. */
export const typedCancels: Scenario = {
  name: "an update that is declared with cancels: true cancels",

  async toNative(scene) {
    const native = await scene.nativeServer("camera-serve");
    const clock = new HandClock();
    const peer = await scene.connectWithClock(native, clock);
    const camera = Camera.client(peer);
    for (const way of ["abort", "timeout", "dispose"]) {
      const operator = new AbortController();
      const recording = await camera.record(UNTIL_STOPPED, {
        signal: operator.signal,
        timeout: 1000,
      });
      for await (const { name } of recording.updates()) {
        if (name === "image") break;
      }
      const response = assertRejects(() => recording.response());
      if (way === "abort") operator.abort();
      else if (way === "timeout") clock.turn(1000);
      else recording[Symbol.dispose]();
      await response;
      assertEquals(await native.line(), "stopped");
      await turnsUntil(() => peer.stats().openSentRequests === 0);
    }
    await camera.ping();
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("camera-stop");
    await Camera.serve(peer, handlers);
    assertEquals(await native.end(), [[
      "stop: Ok(())",
      `record: Ok(Recording { images: 1, cancelled: Some("stop") })`,
      "ping: Ok(())",
      "done",
    ], 0]);
    assertEquals(await peer.closed, null);
    const { errors, droppedMessages } = peer.stats();
    assertEquals([errors, droppedMessages], [0, 0]);
  },
};
