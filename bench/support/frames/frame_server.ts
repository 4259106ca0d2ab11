/**
 * The receiving process of `frames.ts`: takes frames through a Unix stream, raw and
 * as bodies, and in shared memory. The argument is a folder for the sockets. It
 * ends when its stdin ends.
 *
 * @module
 */
import { listen } from "../../../mod.ts";
import { SharedMemoryPool } from "../../../transports/shared_memory/mod.ts";
import {
  FRAME_LEN,
  frameAddresses,
  frameOptions,
  frameService,
} from "./frame_shape.ts";
import { serveRaw } from "../raw_server.ts";

const [folder = "."] = Deno.args;
const { raw, stream, shared } = frameAddresses(folder);
const copy = new Uint8Array(FRAME_LEN).fill(1);

serveRaw(Deno.listen({ transport: "unix", path: raw }));

listen(stream, frameOptions).run((peer) =>
  peer.serve({
    [frameService.TAKE](_request, body) {
      using frame = body;
      check(frame.data);
    },
    [frameService.READ](_request, body) {
      using frame = body;
      return timeReading(frame.data);
    },
  })
);

listen(shared).run(async (peer) => {
  using pool = new SharedMemoryPool(peer);
  await peer.serve({
    [frameService.TAKE]: (_request, body) =>
      check(pool.map(body.fds[0]!).bytes),
    [frameService.READ]: (_request, body) =>
      timeReading(pool.map(body.fds[0]!).bytes),
  });
});

console.log("ready");
for await (const _ of Deno.stdin.readable);
Deno.exit();

function check(frame: Uint8Array): void {
  if (frame.length !== FRAME_LEN || frame[0] !== frame.at(-1)) {
    throw new Error("The frame is not what was sent");
  }
}

function timeReading(frame: Uint8Array): string {
  check(frame);
  const begin = performance.now();
  copy.set(frame);
  return String(performance.now() - begin);
}
