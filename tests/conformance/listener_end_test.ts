/** Listener: how `run` and disposing end. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { conformance, listens } from "../support/conformance.ts";
import { isPending } from "../support/expect.ts";

conformance("a signal stops run, and not the listener", async (scene) => {
  const { listener, connect } = await scene.listen();
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = listener.run(() => {}, { signal: controller.signal });
  controller.abort(reason);
  assertEquals(await assertRejects(() => running), reason);
  await using client = await connect();
  await using server = await listener.accept();
  await server.sendStream(1, "");
  assertEquals((await client.recvMessage())?.kind, "stream");
}, listens);

conformance("disposing waits for the handlers of run", async (scene) => {
  const { listener, connect } = await scene.listen();
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const running = listener.run(async (peer) => {
    started.resolve();
    await go.promise;
    await peer.sendStream(1, "last");
  });
  await using client = await connect();
  await started.promise;
  const disposing = listener[Symbol.asyncDispose]();
  await running;
  await scene.pace(5);
  assert(await isPending(disposing));
  go.resolve();
  await disposing;
  assertEquals((await client.recvMessage())?.kind, "stream");
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
