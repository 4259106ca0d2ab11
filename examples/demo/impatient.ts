/**
 * A client of the demo's camera: begins a recording, and stops it.
 *
 *     deno run --allow-net=unix:/tmp/camera.sock --allow-read=/tmp/camera.sock \
 *       --allow-write=/tmp/camera.sock examples/demo/impatient.ts unix:/tmp/camera.sock
 */
import { connect, RpcError } from "@fizyr/rpc";
import { Camera, LIMITS } from "./camera.ts";

await using peer = await connect(Deno.args[0] ?? "", LIMITS);
const recording = await Camera.client(peer).record({ frames: 100 });
console.log("request sent: record 100 frames");
for await (const { body } of recording.updates()) {
  console.log(`update: frame ${body.frame} of ${body.frames}`);
  if (body.frame === 3) {
    console.log("update sent: stop");
    await recording.send.stop();
  }
}
try {
  const image = await recording.response();
  console.log(`response: an image of ${image.length} bytes`);
} catch (error) {
  if (!(error instanceof RpcError)) throw error;
  console.log(`error response: ${error.message}`);
}
