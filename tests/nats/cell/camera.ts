/**
 * The camera of the cell over NATS: `camera.ts ADDRESS`.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bind } from "../../../endpoints/nats.ts";
import { serve } from "../../../interface/mod.ts";
import { Camera } from "../../../examples/cell/interfaces.ts";

const camera = Camera.implement({
  async *record({ frames }, { signal }) {
    console.log("recording");
    let frame = 0;
    while (frame < frames && !signal.aborted) {
      yield { name: "progress", body: { frame: ++frame, of: frames } };
      await sleep(20);
    }
    console.log("stopped recording");
    return { frames: frame };
  },
  watch() {
    throw new Error("This camera only records");
  },
});

await using listener = await bind(Deno.args[0]!, {
  nats: { noRandomize: true },
});
console.log("listening");
await listener.run((peer) => serve(peer, camera));
