/** A response that is waited for while an iteration over the updates is idle. */
import { assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import type { Scene } from "../../support/scene.ts";
import { startRecording } from "../support/recording.ts";

/** A recording on both sides, of which two updates have come and one is taken. */
async function record(scene: Scene) {
  const { client, recording, request } = await startRecording(scene, 9);
  for (const frame of [1, 2]) await request.send.state({ frame, frames: 9 });
  const updates = recording.updates();
  await updates.next();
  await scene.pace(5);
  return { client, recording, request, updates };
}

conformance(
  "the response comes within a loop that has updates to take",
  async (scene) => {
    const { recording, request, updates } = await record(scene);
    const response = recording.response();
    await request.send.state({ frame: 3, frames: 9 });
    await request.sendResponse("done");
    assertEquals(new TextDecoder().decode(await response), "done");
    // They are still there for it.
    assertEquals((await Array.fromAsync(updates)).length, 2);
  },
);

conformance(
  "disposing ends a wait for the response, whatever an iteration has to take",
  async (scene) => {
    const { recording } = await record(scene);
    const failed = rejectsWith("request-closed", () => recording.response());
    await scene.pace(5);
    recording[Symbol.dispose]();
    await failed;
  },
);

conformance(
  "a lost connection ends a wait for the response, whatever an iteration has to take",
  async (scene) => {
    const { client, recording } = await record(scene);
    const failed = rejectsWith("connection-closed", () => recording.response());
    await scene.pace(5);
    await client.close();
    await failed;
  },
);

conformance(
  "updates that a broken-off iteration leaves are dropped for the response",
  async (scene) => {
    const { recording, request, updates } = await record(scene);
    const response = recording.response();
    await scene.pace(5);
    await updates.return?.();
    await request.send.state({ frame: 3, frames: 9 });
    await request.sendResponse("done");
    assertEquals(new TextDecoder().decode(await response), "done");
  },
);
