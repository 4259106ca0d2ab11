/** Listener: how `run` and disposing end. */
import { assert, assertEquals } from "@std/assert";
import { conformance, listens } from "../../support/conformance.ts";
import {
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";
import { untilRefused } from "../../support/refused.ts";

conformance("a signal closes the listener, and run resolves", async (scene) => {
  const { listener, connect, refusal } = await scene.listen();
  const controller = new AbortController();
  const { signal } = controller;
  const running = listener.run(() => {}, { signal });
  const accepting = rejectsWith("connection-closed", () => listener.accept());
  controller.abort(new Error("enough"));
  assertEquals(await running, undefined);
  await accepting;
  await untilRefused(connect, refusal);
  // Once more, and with a signal that has fired already.
  assertEquals(await listener.run(() => assert(false), { signal }), undefined);
}, listens);

conformance(
  "a signal that has fired closes a listener at once",
  async (scene) => {
    const { listener, connect, refusal } = await scene.listen();
    const signal = AbortSignal.abort();
    assertEquals(
      await listener.run(() => assert(false), { signal }),
      undefined,
    );
    await rejectsWith("connection-closed", () => listener.accept());
    await untilRefused(connect, refusal);
  },
  listens,
);

conformance("run with a signal waits for its handlers", async (scene) => {
  const { listener, connect } = await scene.listen();
  const controller = new AbortController();
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const running = listener.run(async (peer) => {
    const { request } = await nextRequest(peer);
    started.resolve();
    await go.promise;
    await peer.sendStream(1, "last");
    await request.sendResponse(1, "answer");
  }, { signal: controller.signal });
  await using client = await connect();
  const call = client.call(1, "");
  await started.promise;
  controller.abort();
  await scene.pace(5);
  assert(await isPending(running));
  go.resolve();
  await running;
  assertEquals((await nextStream(client)).text(), "last");
  assertEquals((await call).text(), "answer");
  assertEquals(await client.closed, null);
}, listens);

conformance(
  "run with a signal closes the peers of handlers that don't end",
  async (scene) => {
    const { listener, connect } = await scene.listen({ drainTimeout: 0 });
    const controller = new AbortController();
    const started = Promise.withResolvers<void>();
    const running = listener.run(async (peer) => {
      started.resolve();
      await peer.closed;
    }, { signal: controller.signal });
    await using client = await connect();
    await started.promise;
    controller.abort();
    await running;
    assertEquals(await client.closed, null);
  },
  listens,
);

conformance("a signal that fires after run is of no effect", async (scene) => {
  const { listener } = await scene.listen();
  const controller = new AbortController();
  const running = listener.run(() => {}, { signal: controller.signal });
  listener.close();
  await running;
  controller.abort();
  await listener[Symbol.asyncDispose]();
}, listens);

conformance("disposing waits for the handlers of run", async (scene) => {
  const { listener, connect } = await scene.listen();
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const running = listener.run(async (peer) => {
    const { request } = await nextRequest(peer);
    started.resolve();
    await go.promise;
    await peer.sendStream(1, "last");
    await request.sendResponse(1, "answer");
  });
  await using client = await connect();
  const call = client.call(1, "");
  await started.promise;
  const disposing = listener[Symbol.asyncDispose]();
  await running;
  await scene.pace(5);
  assert(await isPending(disposing));
  go.resolve();
  await disposing;
  assertEquals((await nextStream(client)).text(), "last");
  assertEquals((await call).text(), "answer");
  assertEquals(await client.closed, null);
}, listens);

conformance(
  "disposing closes the peers of handlers that don't end",
  async (scene) => {
    const { listener, connect } = await scene.listen({ drainTimeout: 0 });
    const started = Promise.withResolvers<void>();
    const running = listener.run(async (peer) => {
      started.resolve();
      // It ends with its connection only.
      await peer.closed;
    });
    await using client = await connect();
    await started.promise;
    await listener[Symbol.asyncDispose]();
    await running;
    assertEquals(await client.closed, null);
  },
  listens,
);
