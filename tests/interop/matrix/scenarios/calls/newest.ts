import { assert, assertEquals } from "@std/assert";
import { Camera } from "../../../support/camera_interface.ts";
import {
  COUNT,
  ECHO,
  SAMPLE,
  STOP,
  STREAM_BACK,
  TALK,
  TELL,
} from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import type { Scene } from "../../scene.ts";
import { turnsUntil } from "../../turns_until.ts";

const FLOOD = 5000;
/** Of which the flood is far more. */
const LIMITS = { maxRequestInboxMessages: 4 };

/** The same by the interface! macro. */
async function typed(scene: Scene): Promise<void> {
  const native = await scene.nativeServer("camera-serve");
  const peer = await scene.connect(native, LIMITS);
  const camera = Camera.client(peer);
  const images = 200;
  const recording = await camera.record({ images, until_cancelled: false });
  const updates = recording.updates({ keep: "latest" });
  await camera.ping();
  // Two states, the images, the response, and that to the ping.
  await turnsUntil(() => peer.stats().messagesReceived === images + 4);
  const seen: unknown[] = [];
  for await (const update of updates) {
    seen.push(update.name === "image" && update.body.index);
  }
  assertEquals(seen, [images - 1]);
  assertEquals((await recording.response()).images, images);
  assertEquals(peer.stats().outdatedMessages, images + 1);
  await scene.endToNative(peer, native);
}

export const newest: Scenario = {
  name: "with keep a flood holds nothing up, and the newest is there",

  async toNative(scene) {
    const [peer, native] = await scene.toNative(LIMITS);
    const count = await peer.sendRequest(COUNT, String(FLOOD));
    let dropped = 0;
    const onDrop = (count: number): void => void (dropped = count);
    const updates = count.updates({ keep: "latest", onDrop });
    using samples = peer.subscribe(SAMPLE, { keep: 2 });
    await peer.call(STREAM_BACK, String(FLOOD));
    assertEquals((await peer.call(ECHO, "stop")).text(), "stop");
    // Each of the flood, its response, and those of the two calls.
    const all = FLOOD + 1 + FLOOD + 2;
    await turnsUntil(() => peer.stats().messagesReceived === all);
    assertEquals(peer.stats().reading, { paused: false });
    const seen: string[] = [];
    for await (const update of updates) seen.push(update.text());
    assertEquals([seen, dropped], [[String(FLOOD)], FLOOD - 1]);
    assertEquals((await count.recvResponse()).text(), `counted to ${FLOOD}`);
    for (const i of [FLOOD - 2, FLOOD - 1]) {
      assertEquals((await samples.next()).value?.text(), String(i));
    }
    assertEquals(samples.dropped, FLOOD - 2);
    const { outdatedMessages, droppedMessages } = peer.stats();
    assertEquals([outdatedMessages, droppedMessages], [2 * FLOOD - 3, 0]);
    await scene.endToNative(peer, native);
    await typed(scene);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("told", LIMITS);
    const asked = Promise.withResolvers<void>();
    const serving = peer.serve({
      [TALK]: async (request) => {
        const updates = request.updates({ keep: "latest" });
        await asked.promise;
        const newest = (await updates.next()).value?.text();
        const { value: last } = await updates.next();
        assert(last?.header.serviceId === STOP);
        return newest;
      },
      [ECHO]: (_request, body) => {
        asked.resolve();
        return body;
      },
    });
    await native.say(`request ${TALK}`);
    assertEquals(await native.line(), "sent 0");
    await native.say(`updates 0 ${TELL} ${FLOOD}`);
    await native.say(`request ${ECHO} stop`);
    assertEquals(await native.take(2), ["sent 1", `1 response ${ECHO}: stop`]);
    assertEquals(peer.stats().outdatedMessages, FLOOD - 1);
    await native.say(`update 0 ${STOP}`);
    assertEquals(await native.line(), `0 response ${TALK}: ${FLOOD}`);
    await scene.endTold(peer, native);
    await serving;
  },
};
