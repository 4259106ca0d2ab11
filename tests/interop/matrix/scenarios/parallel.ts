import { assertEquals } from "@std/assert";
import { HOLD, RELEASE } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

const IDS = Array.from({ length: 64 }, (_, id) => id);
const REVERSED = IDS.toReversed();

/** None is answered before all are asked, and the last one is answered first. */
export const parallel: Scenario = {
  name: "64 parallel requests are answered out of order",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const order: number[] = [];
    const asked = IDS.map(async (id) => {
      assertEquals(
        (await peer.call(HOLD, String(id))).text(),
        `${id} was held`,
      );
      order.push(id);
    });
    assertEquals((await peer.call(RELEASE, "")).text(), "released");
    await Promise.all(asked);
    assertEquals(order, REVERSED);
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    await scene.script("parallel", [
      ...REVERSED.map((id) => `${id}: response ${HOLD}: ${id} was held`),
      `response ${RELEASE}: released`,
    ]);
  },
};
