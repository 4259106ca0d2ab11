/**
 * Serves the camera on the address that is its argument, in any runtime. Prints
 * where it listens, and ends with its first connection.
 */
import process from "node:process";
import { bind } from "@fizyr/rpc";
import { Camera, LIMITS } from "./camera.ts";

const listener = await bind(process.argv[2]!, LIMITS);
console.log(JSON.stringify(listener.addr));
const peer = await listener.accept();
const temperatures: number[] = [];
await Camera.serve(peer, {
  record: async function* ({ frames, size = 1 }, request) {
    if (frames === 0) throw new Camera.errors.noLight({ lux: 3 });
    if (frames < 0) {
      // Until the other side stops it.
      for await (const update of request.updates()) {
        if (update.name === "stop") break;
      }
      return new TextEncoder().encode(JSON.stringify(temperatures));
    }
    for (let frame = 1; frame <= frames; frame++) {
      yield { name: "frame", body: frame };
    }
    return new Uint8Array(size).fill(frames);
  },
  temperature: (degrees) => void temperatures.push(degrees),
});
await peer.close();
await listener.shutdown();
