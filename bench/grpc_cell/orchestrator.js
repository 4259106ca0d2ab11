/** The orchestrator of the gRPC cell. */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials, status } from "@grpc/grpc-js";
import { Camera, keepalive, readDeclaredError, Robot } from "./cell.js";

const HOME = [0, 0, 0];
const POSES = [[90, 30, -20], [200, 0, 0], [-45, 60, 10]];

const [cameraPath = "camera.sock", robotPath = "robot.sock", frames = "15"] =
  process.argv.slice(2);
const cancel = new AbortController();
const stop = new AbortController();
process.on("SIGINT", () => cancel.abort(new Error("Ctrl+C")));
process.on("SIGTERM", () => stop.abort(new Error("SIGTERM")));

const insecure = credentials.createInsecure();
const robot = new Robot(`unix:${robotPath}`, insecure, keepalive);
const showing = showJoints();

for (const pose of POSES) {
  if (cancel.signal.aborted) break;
  await Promise.all([record(), move(pose)]);
}
await move(HOME);
stop.abort(new Error("done"));
await showing;
robot.close();

/** Each round connects anew, so a camera that comes back is used again. */
async function record() {
  const signal = AbortSignal.any([cancel.signal, stop.signal]);
  await attempt("camera", async () => {
    const camera = new Camera(`unix:${cameraPath}`, insecure, keepalive);
    try {
      let celsius = NaN;
      const temperature = camera.temperature({});
      temperature.on("data", ({ value }) => celsius = value);
      temperature.on("error", () => {}); // the recording fails too
      const order = { frames: Number(frames) };
      const deadline = Date.now() + 5000 + order.frames * 200;
      const call = camera.record(order, { deadline });
      using _ = cancelWith(call, signal);
      let recorded;
      for await (const { progress, recording } of call) {
        if (recording) recorded = recording.frames;
        if (progress && progress.frame % 5 === 1) {
          const { frame, of } = progress;
          console.log(
            `camera: frame ${frame} of ${of}, ${celsius.toFixed(1)} °C`,
          );
        }
      }
      temperature.cancel();
      console.log(`camera: recorded ${recorded} frames`);
    } finally {
      camera.close();
    }
  });
}

async function move(pose) {
  await attempt("robot", async () => {
    const { promise, resolve, reject } = Promise.withResolvers();
    const call = robot.move(
      { angles: pose },
      { deadline: Date.now() + 10_000 },
      (error, response) => error ? reject(error) : resolve(response),
    );
    using _ = cancelWith(call, stop.signal);
    console.log(`robot: arrived at ${(await promise).angles}`);
  });
}

/** Cancels a call when a signal fires, until it is disposed. */
function cancelWith(call, signal) {
  const abort = () => call.cancel();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return {
    [Symbol.dispose]: () => signal.removeEventListener("abort", abort),
  };
}

/** Says what failed; what comes next may succeed. */
async function attempt(who, act) {
  if (stop.signal.aborted) return;
  try {
    await act();
  } catch (error) {
    console.log(`${who}: ${explain(error)}`);
  }
}

function explain(error) {
  const declared = readDeclaredError(error);
  if (declared?.name === "outOfReach") {
    const { joint, limit } = declared.body;
    return `joint ${joint} goes no further than ${limit} degrees`;
  }
  if (declared?.name === "busy") {
    return `busy with ${declared.body.framesLeft} frames more`;
  }
  if (error.code === status.CANCELLED) {
    const { reason } = stop.signal.aborted ? stop.signal : cancel.signal;
    return `cancelled, ${reason?.message}`;
  }
  return `${status[error.code]}: ${error.details}`;
}

/** Slower than the robot: it sees the newest states, and nothing waits for it. */
async function showJoints() {
  const { signal } = stop;
  const states = robot.joints({});
  using _ = cancelWith(states, signal);
  let newest = null;
  states.on("data", ({ angles }) => newest = angles);
  states.on("error", () => {}); // it ends too
  states.on("close", () => {
    if (signal.aborted) return;
    process.exitCode = 1; // without the robot nothing is left to do
    stop.abort(new Error("the robot is gone"));
  });
  while (!signal.aborted) {
    if (newest !== null) console.log(`joints: ${newest.join(", ")}`);
    newest = null;
    await sleep(500, undefined, { signal }).catch(() => {});
  }
}
