/** Requests with updates: what the handles of both sides do. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { isPending, rejectsWith } from "../../support/expect.ts";
import { connectCamera, startRecording } from "../support/recording.ts";

conformance("updates go both ways while a request is open", async (scene) => {
  const [camera, next] = await connectCamera(scene);
  const recording = await camera.record({ frames: 3 });
  const message = await next();
  assertEquals(message.body, { frames: 3 });
  const { request } = message;
  assertEquals([request.serviceId, request.closed], [2, false]);
  assertEquals(recording.requestId, request.requestId);

  await recording.send.exposure(0.5);
  await recording.send.cancel();
  const updates = request.updates();
  assertEquals((await updates.next()).value, { name: "exposure", body: 0.5 });
  assertEquals((await updates.next()).value, {
    name: "cancel",
    body: undefined,
  });

  await request.send.state({ frame: 1, frames: 3 });
  await request.writeHandle().send.image("pixels");
  await request.sendResponse(new Uint8Array([7]));
  assert(request.closed);
  assertEquals((await updates.next()).done, true);

  const seen = await Array.fromAsync(recording.updates());
  assertEquals(seen.map((update) => update.name), ["state", "image"]);
  assertEquals(await recording.response(), new Uint8Array([7]));
  await rejectsWith("request-closed", () => recording.send.cancel());
  await rejectsWith("request-closed", () => request.sendErrorResponse("no"));
});

conformance("the response can be had without the updates", async (scene) => {
  const { recording, request } = await startRecording(scene);
  // Some are there before the question, some come while it waits.
  await request.send.state({ frame: 1, frames: 2 });
  const response = recording.response();
  await request.send.state({ frame: 2, frames: 2 });
  await scene.pace(5);
  assert(await isPending(response));
  await request.send.image("x");
  await request.sendResponse("done");
  assertEquals(new TextDecoder().decode(await response), "done");
});

conformance(
  "a response that is waited for takes no update from an iteration",
  async (scene) => {
    const { recording, request } = await startRecording(scene, 9);
    const response = recording.response();
    const frames: number[] = [];
    const iterating = (async () => {
      for await (const update of recording.updates()) {
        if (update.name !== "state") continue;
        frames.push(update.body.frame);
        await scene.pace(1);
      }
    })();
    for (let frame = 1; frame <= 9; frame++) {
      await request.send.state({ frame, frames: 9 });
    }
    await request.sendResponse("done");
    await iterating;
    assertEquals(frames, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assertEquals(new TextDecoder().decode(await response), "done");
  },
);

conformance(
  "breaking out of the updates leaves the request open",
  async (scene) => {
    const { recording, request } = await startRecording(scene);
    for (let frame = 1; frame <= 3; frame++) {
      await request.send.state({ frame, frames: 3 });
    }
    for await (const update of recording.updates()) {
      assertEquals(update.name, "state");
      break;
    }
    await recording.send.cancel();
    for await (const update of request.updates()) {
      assertEquals(update.name, "cancel");
      break;
    }
    await request.sendResponse("stopped");
    // The two updates that nobody took are dropped.
    assertEquals(
      new TextDecoder().decode(await recording.response()),
      "stopped",
    );
  },
);

conformance("a write handle sends updates and nothing else", async (scene) => {
  const [camera, next] = await connectCamera(scene);
  const recording = await camera.record({ frames: 1 });
  const writer = recording.writeHandle();
  assertEquals(
    [writer.requestId, writer.serviceId],
    [recording.requestId, recording.serviceId],
  );
  await writer.send.exposure(2);
  const message = await next();
  const update = await message.request.updates().next();
  assertEquals(update.value, { name: "exposure", body: 2 });
  const other = message.request.writeHandle();
  await other.send.image(new Uint8Array([1]));
  await other.sendResponse("done");
  assertEquals((await Array.fromAsync(recording.updates())).length, 1);
});

conformance("a signal ends waiting and nothing else", async (scene) => {
  const { camera, recording, request } = await startRecording(scene);
  const reason = new Error("enough");
  for (
    const wait of [
      (signal: AbortSignal) => recording.updates({ signal }).next(),
      (signal: AbortSignal) => recording.response({ signal }),
      (signal: AbortSignal) => request.updates({ signal }).next(),
    ]
  ) {
    const controller = new AbortController();
    const waiting = wait(controller.signal);
    assert(await isPending(waiting));
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
  }
  const signal = AbortSignal.abort(reason);
  for (
    const send of [
      () => camera.name({ signal }),
      () => camera.record({ frames: 1 }, { signal }),
      () => camera.temperature(1, { signal }),
      () => camera.tick({ signal }),
      () => recording.send.cancel({ signal }),
      () => request.send.image("", { signal }),
    ]
  ) assertEquals(await assertRejects(send), reason);
  await request.send.state({ frame: 1, frames: 1 });
  await request.sendResponse("done");
  assertEquals((await Array.fromAsync(recording.updates())).length, 1);
  assertEquals(new TextDecoder().decode(await recording.response()), "done");
});

conformance(
  "a signal ends a wait for an iteration that has updates to take",
  async (scene) => {
    const { recording, request } = await startRecording(scene);
    for (let frame = 1; frame <= 3; frame++) {
      await request.send.state({ frame, frames: 3 });
    }
    const updates = recording.updates();
    await updates.next();
    await scene.pace(5);
    const controller = new AbortController();
    const waiting = recording.response({ signal: controller.signal });
    await scene.pace(5);
    assert(await isPending(waiting));
    controller.abort(new Error("enough"));
    await assertRejects(() => waiting, Error, "enough");
    assertEquals((await updates.next()).value?.name, "state");
    recording[Symbol.dispose]();
    await rejectsWith("request-closed", () => updates.next());
    await request.sendResponse("late");
  },
);

conformance(
  "the response needs no end of an iteration that has nothing to take",
  async (scene) => {
    const [camera, next] = await connectCamera(scene);
    for (const order of ["before", "behind"]) {
      const recording = await camera.record({ frames: 1 });
      const { request } = await next();
      await request.send.state({ frame: 1, frames: 1 });
      const updates = recording.updates();
      // By hand, and never looked at again.
      if (order === "before") await updates.next();
      const response = recording.response();
      if (order === "behind") await updates.next();
      await request.sendResponse("done");
      assertEquals(new TextDecoder().decode(await response), "done");
    }
  },
);

conformance("disposing abandons a request", async (scene) => {
  const [camera, next, client] = await connectCamera(scene);
  {
    using recording = await camera.record({ frames: 1 });
    assertEquals(recording.serviceId, 2);
  }
  const message = await next();
  await message.request.send.image("late");
  await message.request.sendResponse("late");
  await scene.pace(5);
  assertEquals(client.stats().openSentRequests, 0);
});

conformance(
  "disposing an unanswered received request answers it",
  async (scene) => {
    const { recording, request } = await startRecording(scene);
    request[Symbol.dispose]();
    await rejectsWith("remote-error", () => recording.response());
  },
);

conformance(
  "a lost connection ends updates and the response with its error",
  async (scene) => {
    const { client, recording, request } = await startRecording(scene);
    const updates = recording.updates();
    const waits = [updates.next(), recording.response()].map((wait) =>
      rejectsWith("connection-closed", () => wait)
    );
    await client.close();
    await Promise.all(waits);
    assertEquals((await request.updates().next()).done, true);
  },
);
