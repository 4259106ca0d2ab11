import { setTimeout as delay } from "node:timers/promises";
import type { HandlersOf } from "@fizyr/rpc/interface";
import type { Camera } from "./camera.ts";
import { takeImage } from "./image.ts";

/** How long a frame takes, in milliseconds. */
const EXPOSURE = 150;

type Record = HandlersOf<typeof Camera>["record"];

/**
 * Records: yields a state for each frame, and returns the image, which is the
 * response. What it throws becomes an error response.
 */
export const record: Record = async function* ({ frames }, request) {
  if (!(Number.isInteger(frames) && frames >= 1 && frames <= 100)) {
    throw new RangeError(`frames must be from 1 to 100, got ${frames}`);
  }
  console.log(`request ${request.requestId}: record ${frames} frames`);
  const stop = new AbortController();
  watchForStop(request, stop);
  // The request's signal tells that the client is gone.
  const signal = AbortSignal.any([stop.signal, request.signal]);
  for (let frame = 1; frame <= frames; frame++) {
    yield { name: "state", body: { state: "exposing", frame, frames } };
    await delay(EXPOSURE, undefined, { signal }).catch(() => {});
    if (signal.aborted) {
      console.log(`request ${request.requestId}: stopped at frame ${frame}`);
      throw new Error(`stopped at frame ${frame} of ${frames}`);
    }
  }
  const image = takeImage();
  console.log(`request ${request.requestId}: done, ${image.length} bytes`);
  return image;
};

/** Reads the updates of the client until the request is answered. */
async function watchForStop(
  request: Parameters<Record>[1],
  stop: AbortController,
): Promise<void> {
  for await (const update of request.updates()) {
    if (update.name === "stop") stop.abort();
  }
}
