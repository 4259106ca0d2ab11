/** What becomes of calls that wait to be sent when the connection to NATS is lost. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { serviceClient } from "../../nats/mod.ts";
import { immediate } from "../../internal/event_loop.ts";
import { FakeNats } from "./fake_nats.ts";
import { Camera } from "./camera.ts";

const MIB = 1024 * 1024;
/** So much has to be read by the server of NATS before more is sent. */
const MUCH = "x".repeat(1.2 * MIB);

for (
  const [where, writeQueueBytes] of [
    ["in the queue", 8 * MIB],
    ["for room in the queue", MIB],
  ] as const
) {
  Deno.test(
    `NATS is lost while a call waits ${where}: it fails, as not sent`,
    async () => {
      const nats = new FakeNats();
      await using camera = serviceClient(nats, Camera, { writeQueueBytes });
      nats.stands = true;
      const { flushing } = nats;
      const open = assertRejects(() => camera.wait(), RpcError);
      await camera.hint(MUCH);
      await flushing;
      const failing = [
        // It has no timeout that would end it.
        assertRejects(
          async () => await (await camera.record({ frames: 1 })).response(),
          RpcError,
        ),
        assertRejects(
          () => camera.expose(1, { metadata: { a: "b" }, timeout: 60_000 }),
          RpcError,
        ),
      ];
      nats.tell("disconnect");
      for (const { code, outcome } of await Promise.all(failing)) {
        assertEquals([code, outcome], ["connection-aborted", "not-sent"]);
      }
      const { code, outcome } = await open;
      assertEquals([code, outcome], ["connection-aborted", "unknown"]);

      const controller = new AbortController();
      const { signal } = controller;
      nats.stands = false;
      nats.tell("reconnect");
      // A turn later the library has heard of it.
      await immediate();
      const before = nats.published.length;
      const next = assertRejects(
        () => camera.wait({ signal }),
        Error,
        "enough",
      );
      await nats.nextPublished;
      // Nothing of those that weren't sent goes with it.
      assertEquals(nats.published.slice(before), [
        { subject: "Camera.wait", hasHeaders: false },
      ]);
      controller.abort(new Error("enough"));
      await next;
    },
  );
}

Deno.test(
  "NATS is lost behind a call that was cancelled before it was sent: its permit is free",
  async () => {
    const nats = new FakeNats();
    await using camera = serviceClient(nats, Camera, {
      writeQueueBytes: 8 * MIB,
      maxOpenSentRequests: 1,
    });
    nats.stands = true;
    const { flushing } = nats;
    await camera.hint(MUCH);
    await flushing;
    const { signal } = abortedSoon("no more");
    await assertRejects(() => camera.wait({ signal }), Error, "no more");
    nats.tell("disconnect");
    // It waits for the permit, and fails as the one before it does.
    const error = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals(error.outcome, "not-sent");
    assertEquals(nats.published.map(({ subject }) => subject), ["Camera.hint"]);
  },
);

Deno.test(
  "a call is cancelled while its connection to NATS is closed: that throws nothing",
  async () => {
    const nats = new FakeNats();
    await using camera = serviceClient(nats, Camera);
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = assertRejects(
      () => camera.wait({ signal }),
      Error,
      "no more",
    );
    await nats.nextPublished;
    // That it is, is known before the library is told.
    nats.isOver = true;
    controller.abort(new Error("no more"));
    await waiting;
    nats.tell("close");
    const error = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals(error.outcome, "not-sent");
  },
);

/** A signal that fires in the next microtask. */
function abortedSoon(text: string): AbortController {
  const controller = new AbortController();
  queueMicrotask(() => controller.abort(new Error(text)));
  return controller;
}
