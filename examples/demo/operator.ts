/**
 * A client of the demo's camera: watches a recording, and asks other things on
 * the same connection meanwhile.
 *
 *     deno run --allow-net=127.0.0.1 examples/demo/operator.ts tcp://127.0.0.1:PORT
 */
import { connect, RpcError } from "@fizyr/rpc";
import { LIMITS, service, type State, stream, update } from "./camera.ts";
import { draw } from "./image.ts";

await using camera = await connect(Deno.args[0] ?? "", LIMITS);

// Both sides are peers: this one takes stream messages, and serves no requests.
const listening = camera.serve({}, {
  stream: (message) => {
    if (message.header.serviceId !== stream.TEMPERATURE) return;
    console.log(`stream message: the sensor has ${message.text()} °C`);
  },
});

const recording = await camera.sendRequest(
  service.RECORD,
  JSON.stringify({ frames: 8 }),
);
console.log("request sent: record 8 frames");

const name = await camera.call(service.NAME, "");
console.log(`meanwhile, another request was answered: "${name.text()}"`);

for await (const message of recording) {
  if (message.header.serviceId !== update.STATE) continue;
  const { state, frame, frames } = message.json() as State;
  console.log(`update: ${state}, frame ${frame} of ${frames}`);
}
const response = await recording.recvResponse();
if (response.isError) throw new Error(response.text());
console.log(`response: an image of ${response.body.data.length} bytes`);
console.log(draw(response.body.data));

try {
  await camera.call(service.RECORD, JSON.stringify({ frames: 0 }));
} catch (error) {
  if (!(error instanceof RpcError)) throw error;
  console.log(`a bad request fails: ${error.code}, ${error.message}`);
}
await camera.close();
await listening;
