/**
 * The robot of the cell over NATS: `robot.ts ADDRESS`.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bind } from "../../../endpoints/nats.ts";
import { serve } from "../../../interface/mod.ts";
import { Robot } from "../../../examples/cell/interfaces.ts";

const robot = Robot.implement({
  async move(pose) {
    await sleep(50);
    return pose;
  },
});

await using listener = await bind(Deno.args[0]!, {
  nats: { noRandomize: true },
});
console.log("listening");
await listener.run((peer) => serve(peer, robot));
