/**
 * Uses the camera at the address that is its argument, in any runtime. Prints what
 * it got, as JSON.
 */
import process from "node:process";
import { connect, RpcError } from "@fizyr/rpc";
import { Camera, LIMITS } from "./camera.ts";

const peer = await connect(JSON.parse(process.argv[2]!), LIMITS);
const camera = Camera.client(peer);

const recording = await camera.record({ frames: 3, size: 4 * 1024 * 1024 });
const frames: number[] = [];
for await (const update of recording.updates()) frames.push(update.body);
const image = await recording.response();

const dark = await camera.record({ frames: 0 });
const error = await dark.response().catch((error: unknown) => error);

await camera.temperature(20.5);
await camera.temperature(21.5);
const endless = await camera.record({ frames: -1 });
await endless.send.stop();
const temperatures = new TextDecoder().decode(await endless.response());

const many = await Promise.all(
  Array.from({ length: 300 }, async () => {
    const { length } = await (await camera.record({ frames: 1 })).response();
    return length;
  }),
);

const stop = new AbortController();
const canceled = camera.record({ frames: -1 }, { signal: stop.signal })
  .then((recording) => recording.response());
stop.abort(new Error("stopped"));
const reason = await canceled.catch((error: Error) => error.message);

await peer.close();
console.log(JSON.stringify({
  frames,
  image: [image.length, image[0], image.at(-1)],
  error: [
    error instanceof Camera.errors.noLight && error.data.lux,
    error instanceof RpcError && error.code,
  ],
  temperatures,
  many: new Set(many).size,
  reason,
  closed: await peer.closed,
}));
