import type { PeerHandle } from "@fizyr/rpc";
import { Broadcast } from "@fizyr/rpc/interface";
import { Camera } from "../interfaces.ts";

/** Serves a page the camera. What the page cancels, is cancelled at the camera. */
export async function relayCamera(
  page: PeerHandle,
  source: PeerHandle,
): Promise<void> {
  const camera = Camera.client(source);
  using temperature = new Broadcast(Camera.streams.temperature);
  temperature.add(page);
  camera.temperature.on((celsius) => temperature.send(celsius));
  await Camera.serve(page, {
    async *record(order, { signal }) {
      using recording = await camera.record(order, { signal });
      yield* recording.updates();
      return await recording.response();
    },
    async *watch(_, { signal }) {
      using watching = await camera.watch({ signal });
      // A page that is slower than the camera gets the newest frames.
      yield* watching.updates({ keep: "latest" });
    },
  });
}
