/** Listener: accepting, running handlers, and closing. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { PeerHandle } from "../../../mod.ts";
import { conformance, listens } from "../../support/conformance.ts";
import { isPending, rejectsWith } from "../../support/expect.ts";
import { untilRefused } from "../../support/refused.ts";

conformance("connections are accepted in order", async (scene) => {
  const { listener, connect } = await scene.listen();
  for (let i = 0; i < 3; i++) {
    await using client = await connect();
    await using server = await listener.accept();
    await client.sendStream(i, "");
    const message = await server.recvMessage();
    assert(message?.kind === "stream");
    assertEquals(message.message.header.serviceId, i);
  }
}, listens);

conformance(
  "close ends pending accepts and leaves peers alone",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    await using client = await connect();
    await using server = await listener.accept();
    const pending = [
      rejectsWith("connection-closed", () => listener.accept()),
      rejectsWith("connection-closed", () => listener.accept()),
    ];
    listener.close();
    listener.close();
    await Promise.all(pending);
    await rejectsWith("connection-closed", () => listener.accept());
    await listener.run(() => assert(false));
    for await (const _ of listener) assert(false);
    server.serve({ 1: () => "still here" });
    assertEquals((await client.call(1, "")).text(), "still here");
  },
  listens,
);

conformance("nobody can connect to a closed listener", async (scene) => {
  const { listener, connect, refusal } = await scene.listen();
  listener.close();
  await untilRefused(connect, refusal);
}, listens);

conformance(
  "an accept can be given up, and loses no connection",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    const controller = new AbortController();
    const reason = new Error("enough");
    const given = listener.accept({ signal: controller.signal });
    assert(await isPending(given));
    controller.abort(reason);
    assertEquals(await assertRejects(() => given), reason);
    const fired = listener.accept({ signal: controller.signal });
    assertEquals(await assertRejects(() => fired), reason);
    await using client = await connect();
    await using server = await listener.accept();
    await client.sendStream(1, "");
    assertEquals((await server.recvMessage())?.kind, "stream");
  },
  listens,
);

conformance(
  "iteration accepts, and breaking out doesn't close",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    const clients = [await connect()];
    for await (const server of listener) {
      await server.close();
      break;
    }
    clients.push(await connect());
    const left = listener[Symbol.asyncIterator]();
    await left.return?.();
    assertEquals(await left.next(), { done: true, value: undefined });
    let n = 0;
    for await (const server of listener) {
      await server.close();
      if (++n === 1) clients.push(await connect());
      else listener.close();
    }
    assertEquals(n, 2);
    for (const client of clients) {
      assertEquals(await client.closed, null);
      await client.close();
    }
  },
  listens,
);

conformance("run serves many connections at once", async (scene) => {
  const { listener, connect } = await scene.listen();
  const running = listener.run((peer) =>
    peer.serve({ 1: (_request, body) => body })
  );
  const clients = await Promise.all(
    Array.from({ length: 10 }, () => connect()),
  );
  for (const [i, client] of clients.entries()) {
    assertEquals((await client.call(1, `${i}`)).text(), `${i}`);
  }
  await Promise.all(clients.map((client) => client.close()));
  listener.close();
  await running;
  await listener[Symbol.asyncDispose]();
}, listens);

conformance(
  "a handler that returns or throws disposes its peer",
  async (scene) => {
    const errors: unknown[] = [];
    const { listener, connect } = await scene.listen({
      onError: (error) => errors.push(error),
    });
    const thrown = [new Error("sync"), new Error("async")];
    let n = 0;
    const running = listener.run((_peer) => {
      switch (n++) {
        case 0:
          return;
        case 1:
          throw thrown[0];
        default:
          return Promise.reject(thrown[1]);
      }
    });
    for (let i = 0; i < 3; i++) {
      await using client = await connect();
      assertEquals(await client.recvMessage(), null);
      assertEquals(await client.closed, null);
    }
    assertEquals(errors, thrown);
    await listener[Symbol.asyncDispose]();
    await running;
  },
  listens,
);

conformance("a handler that splits its peer takes it over", async (scene) => {
  const { listener, connect } = await scene.listen();
  const handed = Promise.withResolvers<ReturnType<PeerHandle["split"]>>();
  const running = listener.run((peer) => {
    handed.resolve(peer.split() as ReturnType<PeerHandle["split"]>);
  });
  await using client = await connect();
  const [reader, writer] = await handed.promise;
  await scene.pace(5);
  await writer.sendStream(1, "still open");
  assertEquals((await client.recvMessage())?.kind, "stream");
  listener.close();
  await running;
  await listener[Symbol.asyncDispose]();
  await writer.sendStream(1, "and now");
  assertEquals((await client.recvMessage())?.kind, "stream");
  await reader.close();
}, listens);
