/** The camera of the gRPC cell. */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { Broadcast, Camera, declaredError, serve } from "./cell.js";

const EXPOSURE = 100;

const stop = new AbortController();
let framesLeft = 0;
async function record(call) {
  const { frames } = call.request;
  if (frames < 1) {
    const details = "frames must be positive";
    return call.emit("error", { code: status.INVALID_ARGUMENT, details });
  }
  if (framesLeft > 0) {
    const code = status.RESOURCE_EXHAUSTED;
    return call.emit("error", declaredError(code, "busy", { framesLeft }));
  }
  console.log(`recording ${frames} frames`);
  let frame = 0;
  try {
    while (frame < frames && !call.cancelled && !stop.signal.aborted) {
      framesLeft = frames - frame;
      await sleep(EXPOSURE);
      call.write({ progress: { frame: ++frame, of: frames } });
    }
    call.write({ recording: { frames: frame } });
    call.end();
  } catch (error) {
    call.emit("error", { code: status.UNKNOWN, details: error.message });
  } finally {
    framesLeft = 0;
    const end = call.cancelled ? "cancelled" : "recorded";
    console.log(`frame ${frame} of ${frames}: ${end}`);
  }
}

const temperature = new Broadcast();
let celsius = 36;
const measuring = setInterval(() => {
  celsius += framesLeft > 0 ? 0.1 : (36 - celsius) / 10;
  temperature.send({ value: celsius });
}, 100);

process.on("SIGTERM", () => {
  stop.abort();
  temperature.end();
});
const [path = "camera.sock"] = process.argv.slice(2);
await serve(
  Camera.service,
  { record, temperature: (call) => temperature.add(call) },
  path,
  stop.signal,
);
clearInterval(measuring);
console.log("stopped");
