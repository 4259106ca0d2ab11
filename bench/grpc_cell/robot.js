/** The robot of the gRPC cell. */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { Broadcast, declaredError, Robot, serve } from "./cell.js";

const LIMIT = 180, STEP = 1, TICK = 20;

const stop = new AbortController();
let joints = [0, 0, 0];
async function move(call, respond) {
  const pose = call.request.angles;
  if (pose.length !== joints.length) {
    const details = `a pose has ${joints.length} angles`;
    return respond({ code: status.INVALID_ARGUMENT, details });
  }
  const joint = pose.findIndex((angle) => Math.abs(angle) > LIMIT);
  if (joint >= 0) {
    const body = { joint, limit: LIMIT };
    return respond(declaredError(status.OUT_OF_RANGE, "outOfReach", body));
  }
  const stopped = () => call.cancelled || stop.signal.aborted;
  while (!stopped() && joints.some((angle, i) => angle !== pose[i])) {
    joints = joints.map((angle, i) => {
      const way = pose[i] - angle;
      return angle + Math.max(-STEP, Math.min(STEP, way));
    });
    await sleep(TICK);
  }
  console.log(`${stopped() ? "stopped" : "arrived"} at ${joints}`);
  respond(null, { angles: joints });
}

const states = new Broadcast();
const reporting = setInterval(() => states.send({ angles: joints }), TICK);

process.on("SIGTERM", () => {
  stop.abort();
  states.end();
});
const [path = "robot.sock"] = process.argv.slice(2);
await serve(
  Robot.service,
  { move, joints: (call) => states.add(call) },
  path,
  stop.signal,
);
clearInterval(reporting);
console.log("stopped");
