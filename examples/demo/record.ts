import { setTimeout as delay } from "node:timers/promises";
import type {
  ReceivedRequestHandle,
  ServeContext,
  StreamBody,
} from "@fizyr/rpc";
import { type Recording, type State, update } from "./camera.ts";
import { takeImage } from "./image.ts";

/** How long a frame takes, in milliseconds. */
const EXPOSURE = 150;

/**
 * Records: sends a STATE update for each frame, and gives the image, which is
 * the response. What it throws becomes an error response.
 */
export async function record(
  request: ReceivedRequestHandle,
  body: StreamBody,
  context: ServeContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { frames } = parseRecording(body);
  console.log(`request ${request.requestId}: record ${frames} frames`);
  const stop = new AbortController();
  watchForStop(request, stop);
  // The context's signal tells that the client is gone.
  const signal = AbortSignal.any([stop.signal, context.signal]);
  for (let frame = 1; frame <= frames; frame++) {
    const state: State = { state: "exposing", frame, frames };
    await request.sendUpdate(update.STATE, JSON.stringify(state));
    await delay(EXPOSURE, undefined, { signal }).catch(() => {});
    if (signal.aborted) {
      console.log(`request ${request.requestId}: stopped at frame ${frame}`);
      throw new Error(`stopped at frame ${frame} of ${frames}`);
    }
  }
  const image = takeImage();
  console.log(`request ${request.requestId}: done, ${image.length} bytes`);
  return image;
}

/** Reads the updates of the client until the request is answered. */
async function watchForStop(
  request: ReceivedRequestHandle,
  stop: AbortController,
): Promise<void> {
  for await (const message of request) {
    if (message.header.serviceId === update.STOP) stop.abort();
  }
}

function parseRecording(body: StreamBody): Recording {
  const { frames } = body.json() as Partial<Recording>;
  if (Number.isInteger(frames) && frames! >= 1 && frames! <= 100) {
    return { frames: frames! };
  }
  throw new RangeError(`frames must be from 1 to 100, got ${frames}`);
}
