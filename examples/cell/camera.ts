/**
 * The camera of the cell: it records, and sends its temperature to all that are
 * connected. SIGTERM ends it.
 *
 *     deno run --allow-net=unix:$PWD/camera.sock --allow-read=camera.sock \
 *       --allow-write=camera.sock examples/cell/camera.ts camera.sock
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bind } from "@fizyr/rpc";
import { Broadcast, serve } from "@fizyr/rpc/interface";
import { Camera, frameLimits, heartbeat } from "./interfaces.ts";
import { takeFrames } from "./take_frames.ts";

const EXPOSURE = 100;

let framesLeft = 0;
const camera = Camera.implement({
  async *record({ frames }, { signal, draining }) {
    if (framesLeft > 0) throw new Camera.errors.record.busy({ framesLeft });
    console.log(`recording ${frames} frames`);
    let frame = 0;
    try {
      while (frame < frames && !signal.aborted && !draining.aborted) {
        framesLeft = frames - frame;
        await sleep(EXPOSURE);
        yield { name: "progress", body: { frame: ++frame, of: frames } };
      }
      return { frames: frame };
    } finally {
      framesLeft = 0;
      const end = signal.aborted ? signal.reason.message : "recorded";
      console.log(`frame ${frame} of ${frames}: ${end}`);
    }
  },
  async *watch(_, { signal, draining }) {
    for await (const body of takeFrames(AbortSignal.any([signal, draining]))) {
      yield { name: "frame", body };
    }
  },
});

const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const [path = "camera.sock"] = Deno.args;
await using listener = await bind(`unix:${path}`, {
  ...frameLimits,
  heartbeat,
  drainTimeout: 500,
});
console.log("listening");
using temperature = new Broadcast(Camera.streams.temperature);
let celsius = 36;
const measuring = setInterval(() => {
  celsius += framesLeft > 0 ? 0.1 : (36 - celsius) / 10;
  temperature.send(celsius);
}, 100);
await listener.run((peer) => {
  temperature.add(peer);
  return serve(peer, camera, { describe: true, stats: true });
}, { signal: stop.signal });
clearInterval(measuring);
console.log("stopped");
