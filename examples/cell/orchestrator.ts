/**
 * The orchestrator of the cell: it moves the robot and records meanwhile. A camera
 * that restarts is used again; without one it goes on with the robot, without the robot
 * it ends. Ctrl+C cancels the recording, and the robot goes home; SIGTERM ends all at
 * once.
 *
 *     deno run --allow-net=unix:$PWD/camera.sock,unix:$PWD/robot.sock \
 *       --allow-read=camera.sock,robot.sock --allow-write=camera.sock,robot.sock \
 *       examples/cell/orchestrator.ts camera.sock robot.sock [FRAMES]
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, RpcError } from "@fizyr/rpc";
import { reconnect } from "@fizyr/rpc/reconnect";
import { Camera, heartbeat, Robot } from "./interfaces.ts";

const HOME = [0, 0, 0];
// The second one is out of reach: an error that the robot declares.
const POSES = [[90, 30, -20], [200, 0, 0], [-45, 60, 10]];

const [cameraPath = "camera.sock", robotPath = "robot.sock", frames = "15"] =
  Deno.args;
const cancel = new AbortController();
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => cancel.abort(new Error("Ctrl+C")));
Deno.addSignalListener("SIGTERM", () => stop.abort(new Error("SIGTERM")));

await using peer = await connect(`unix:${robotPath}`, { heartbeat });
peer.closed.then(() => {
  if (stop.signal.aborted) return;
  stop.abort(new Error("the robot is gone"));
  Deno.exitCode = 1;
});
const robot = Robot.client(peer);
await using link = reconnect(`unix:${cameraPath}`, { heartbeat });
const camera = Camera.client(link);
let celsius = NaN;
camera.temperature.on((now) => void (celsius = now), { keep: "latest" });
const showing = showJoints();

for (const pose of POSES) {
  if (cancel.signal.aborted) break;
  const moved = new AbortController();
  const moving = move(pose).finally(() => moved.abort());
  await Promise.all([record(moved.signal), moving]);
}
if (!await move(HOME) && !stop.signal.aborted) Deno.exitCode = 1;
stop.abort(new Error("done"));
await showing;

/** Waits for a camera that restarts while the robot moves, which goes on without it. */
async function record(moved: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([cancel.signal, stop.signal]);
  await attempt("camera", async () => {
    const patience = AbortSignal.any([signal, moved]);
    await link.ready({ signal: patience }).catch((error) => {
      signal.throwIfAborted();
      throw link.status.error ?? error;
    });
    const order = { frames: Number(frames) };
    const timeout = 5000 + order.frames * 200;
    using recording = await camera.record(order, { signal, timeout });
    for await (const { body: { frame, of } } of recording.updates()) {
      if (frame % 5 === 1) {
        console.log(
          `camera: frame ${frame} of ${of}, ${celsius.toFixed(1)} °C`,
        );
      }
    }
    console.log(
      `camera: recorded ${(await recording.response()).frames} frames`,
    );
  });
}

async function move(pose: number[]): Promise<boolean> {
  return await attempt("robot", async () => {
    const options = { signal: stop.signal, timeout: 10_000 };
    console.log(`robot: arrived at ${await robot.move(pose, options)}`);
  });
}

/** Whether it succeeded. Says what failed; what comes next may succeed. */
async function attempt(
  who: string,
  act: () => Promise<void>,
): Promise<boolean> {
  if (stop.signal.aborted) return false;
  try {
    await act();
    return true;
  } catch (error) {
    console.log(`${who}: ${explain(error)}`);
    return false;
  }
}

function explain(error: unknown): string {
  if (error instanceof Robot.errors.move.outOfReach) {
    const { joint, limit } = error.data;
    return `joint ${joint} goes no further than ${limit} degrees`;
  }
  if (error instanceof Camera.errors.record.busy) {
    return `busy with ${error.data.framesLeft} frames more`;
  }
  if (error === cancel.signal.reason || error === stop.signal.reason) {
    return `cancelled, ${(error as Error).message}`;
  }
  if (error instanceof RpcError) return `${error.code}: ${error.message}`;
  return String(error);
}

/** Slower than the robot: it sees the newest states, and nothing waits for it. */
async function showJoints(): Promise<void> {
  const { signal } = stop;
  try {
    for await (const joints of robot.joints({ keep: "latest", signal })) {
      console.log(`joints: ${joints.join(", ")}`);
      await sleep(500, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) console.log(`joints: ${explain(error)}`);
  }
}
