/**
 * The receiving process of `leases.ts`: says when it sees each frame. The argument is
 * the path of the socket. It ends when its stdin ends.
 *
 * @module
 */
import { listen } from "../../../mod.ts";
import { stream } from "./lease_shape.ts";
import { MonotonicClock } from "./monotonic_clock.ts";

const [path = "frames.sock"] = Deno.args;
using clock = new MonotonicClock();
await using listener = listen(`unix+shm:${path}`);
// One for all frames: V8 collects garbage at each ArrayBuffer that is made beside a
// view of 64 MiB, which would be part of what is measured.
const seen = new Float64Array(1);
listener.run(async (peer) => {
  for await (using frame of peer.subscribe(stream.FRAME)) {
    const { data } = frame.body;
    if (data[0] !== data.at(-1)) throw new Error("The frame isn't whole");
    seen[0] = clock.now();
    frame[Symbol.dispose]();
    await peer.sendStream(stream.SEEN, seen);
  }
});
console.log("ready");
await Deno.stdin.read(new Uint8Array(1));
listener.close();
Deno.exit(0);
