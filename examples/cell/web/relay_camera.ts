import { type PeerHandle, RpcError } from "@fizyr/rpc";
import { Broadcast } from "@fizyr/rpc/interface";
import { Camera } from "../interfaces.ts";

const { busy } = Camera.errors.record;

/** Serves a page the camera. What the page cancels is cancelled at the camera. */
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
      try {
        return await recording.response();
      } catch (error) {
        // An error that was received is not passed on by itself.
        throw error instanceof busy ? new busy(error.data) : error;
      }
    },
    async *watch(_, { signal }) {
      using watching = await camera.watch({ signal });
      try {
        // A page that is slower than the camera gets the newest frames.
        yield* watching.updates({ keep: "latest" });
        await watching.response();
      } catch (error) {
        const isGone = error instanceof RpcError &&
          (error.fatal || error.reason === "canceled");
        if (!isGone) throw error;
        // It ends, or stops. Then so does the page's connection, and the page comes back.
        await source.closed;
      }
    },
  });
}
