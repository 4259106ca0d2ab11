/**
 * A client of the demo's camera: watches a recording, and asks other things on
 * the same connection meanwhile.
 *
 *     deno run --allow-net=127.0.0.1 examples/demo/operator.ts tcp://127.0.0.1:PORT
 */
import { connect, RpcError } from "@fizyr/rpc";
import { Camera, LIMITS } from "./camera.ts";
import { draw } from "./image.ts";

await using peer = await connect(Deno.args[0] ?? "", LIMITS);
const camera = Camera.client(peer);

// Stream messages come without being asked for.
using _temperature = camera.temperature.on((degrees) =>
  console.log(`stream message: the sensor has ${degrees.toFixed(1)} °C`)
);

const recording = await camera.record({ frames: 8 });
console.log("request sent: record 8 frames");

const name = await camera.name();
console.log(`meanwhile, another request was answered: "${name}"`);

for await (const { body } of recording.updates()) {
  console.log(`update: ${body.state}, frame ${body.frame} of ${body.frames}`);
}
const image = await recording.response();
console.log(`response: an image of ${image.length} bytes`);
console.log(draw(image));

try {
  const refused = await camera.record({ frames: 0 });
  await refused.response();
} catch (error) {
  if (!(error instanceof RpcError)) throw error;
  console.log(`a bad request fails: ${error.code}, ${error.message}`);
}
