/**
 * A client of the demo's camera: begins a recording, and stops it.
 *
 *     deno run --allow-net=unix:/tmp/camera.sock --allow-read=/tmp/camera.sock \
 *       --allow-write=/tmp/camera.sock examples/demo/impatient.ts unix:/tmp/camera.sock
 */
import { connect } from "@fizyr/rpc";
import { LIMITS, service, type State, update } from "./camera.ts";

await using camera = await connect(Deno.args[0] ?? "", LIMITS);
const recording = await camera.sendRequest(
  service.RECORD,
  JSON.stringify({ frames: 100 }),
);
console.log("request sent: record 100 frames");
for await (const message of recording) {
  const { frame, frames } = message.json() as State;
  console.log(`update: frame ${frame} of ${frames}`);
  if (frame === 3) {
    console.log("update sent: stop");
    await recording.sendUpdate(update.STOP, "");
  }
}
const response = await recording.recvResponse();
console.log(
  `${response.isError ? "error response" : "response"}: ${response.text()}`,
);
