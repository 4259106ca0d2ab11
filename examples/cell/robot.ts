/**
 * The robot of the cell: it moves, and sends its joint states to all that are
 * connected. SIGTERM ends it.
 *
 *     deno run --allow-net=unix:$PWD/robot.sock --allow-read=robot.sock \
 *       --allow-write=robot.sock examples/cell/robot.ts robot.sock
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bind } from "@fizyr/rpc";
import { Broadcast, serve } from "@fizyr/rpc/interface";
import { heartbeat, Robot } from "./interfaces.ts";

const LIMIT = 180, STEP = 1, TICK = 20;

let joints = [0, 0, 0];
const robot = Robot.implement({
  async move(pose, { signal, draining }) {
    const joint = pose.findIndex((angle) => Math.abs(angle) > LIMIT);
    if (joint >= 0) {
      throw new Robot.errors.move.outOfReach({ joint, limit: LIMIT });
    }
    const stop = AbortSignal.any([signal, draining]);
    while (!stop.aborted && joints.some((angle, i) => angle !== pose[i])) {
      joints = joints.map((angle, i) => {
        const way = pose[i]! - angle;
        return angle + Math.max(-STEP, Math.min(STEP, way));
      });
      await sleep(TICK);
    }
    console.log(`${stop.aborted ? "stopped" : "arrived"} at ${joints}`);
    return joints;
  },
});

const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const [path = "robot.sock"] = Deno.args;
await using listener = await bind(`unix:${path}`, {
  heartbeat,
  drainTimeout: 500,
});
console.log("listening");
using states = new Broadcast(Robot.streams.joints);
const reporting = setInterval(() => states.send(joints), TICK);
await listener.run((peer) => {
  states.add(peer);
  return serve(peer, robot, { describe: true, stats: true });
}, { signal: stop.signal });
clearInterval(reporting);
console.log("stopped");
