import type { TestPeer } from "../../support/scene.ts";
import type { Scenario } from "./scenario.ts";

/** The same check of a native server, and of a native client that does what it is told. */
export function bothWays(
  name: string,
  check: (peer: TestPeer) => Promise<void>,
): Scenario {
  return {
    name,

    async toNative(scene) {
      const [peer, native] = await scene.toNative();
      await check(peer);
      await scene.endToNative(peer, native);
    },

    async fromNative(scene) {
      const [peer, native] = await scene.fromNative("told");
      await check(peer);
      await scene.endTold(peer, native);
    },
  };
}
