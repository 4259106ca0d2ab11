import { assertEquals } from "@std/assert";
import { CALL_BACK, ECHO, HOLD, RELEASE } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

const IDS = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * While requests 0 to 7 of one side are open, the other side's requests 0 to 7
 * come, are answered, and the first ones are still the first ones.
 */
export const bothWays: Scenario = {
  name: "requests go both ways at once, with the same ids",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const ids: number[] = [];
    const serving = peer.serve({
      [ECHO]: (request, body) => {
        ids.push(request.requestId);
        return body;
      },
    });
    const held = IDS.map((id) => peer.call(HOLD, String(id)));
    const asked = IDS.map((id) => peer.call(CALL_BACK, String(id)));
    assertEquals(
      (await Promise.all(asked)).map((response) => response.text()),
      IDS.map((id) => `you said: ${id}`),
    );
    assertEquals(ids.toSorted(), IDS);
    assertEquals((await peer.call(RELEASE, "")).text(), "released");
    assertEquals(
      (await Promise.all(held)).map((response) => response.text()),
      IDS.map((id) => `${id} was held`),
    );
    await scene.endToNative(peer, native);
    await serving;
  },

  async fromNative(scene) {
    await scene.script("both", [
      ...IDS.map((id) => `${8 + id}: response ${CALL_BACK}: you said: ${id}`),
      `response ${RELEASE}: released`,
      ...IDS.map((id) => `${id}: response ${HOLD}: ${id} was held`),
    ]);
  },
};
