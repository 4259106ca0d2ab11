import { assertEquals } from "@std/assert";
import { nextStream } from "../../../support/expect.ts";
import { SAMPLE, STREAM_BACK, TALLY } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

const TEXTS = ["0", "1", "2", "3", "4"];

export const streams: Scenario = {
  name: "stream messages arrive in order, both ways",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    for (const text of TEXTS) await peer.sendStream(SAMPLE, text);
    assertEquals((await peer.call(TALLY, "")).text(), "5");
    const response = peer.call(STREAM_BACK, "5");
    for (const text of TEXTS) {
      const { header, ...message } = await nextStream(peer);
      assertEquals([header.requestId, header.serviceId], [0, SAMPLE]);
      assertEquals(message.body.text(), text);
    }
    assertEquals((await response).text(), "5");
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    await scene.script("streams", [
      `response ${TALLY}: 5`,
      `response ${STREAM_BACK}: 5`,
      ...TEXTS.map((text) => `stream ${SAMPLE} ${text}`),
    ]);
  },
};
