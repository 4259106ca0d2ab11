/** `serve`: stream messages, its end, and its signal. */
import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";

conformance(
  "the stream option takes stream messages in order",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const thrown = new Error("b");
    const texts: string[] = [];
    server.serve({ 1: () => texts.join() }, {
      stream: (message) => {
        texts.push(message.text());
        if (message.text() === "b") throw thrown;
      },
    });
    for (const text of ["a", "b", "c"]) await client.sendStream(1, text);
    assertEquals((await client.call(1, "")).text(), "a,b,c");
    assertEquals(errors, [thrown]);
  },
);

conformance(
  "what a handler of stream messages throws at the end goes to onError, unless it is the end",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const fault = new Error("the disk is full");
    const thrown = [fault, new DOMException("stopped", "AbortError"), null];
    const begun = Promise.withResolvers<void>();
    let handled = 0;
    const serving = server.serve({}, {
      stream: async (_message, { signal }) => {
        const error = thrown[handled++];
        if (handled === thrown.length) begun.resolve();
        const reason = await fired(signal);
        throw error ?? reason;
      },
    });
    for (const _ of thrown) await client.sendStream(1, "");
    await begun.promise;
    await client.close();
    await serving;
    assertEquals(errors, [fault]);
  },
);

conformance(
  "stream messages without a handler are dropped and counted",
  async (scene) => {
    const [client, server] = await scene.pair();
    server.serve({ 1: () => "" });
    await client.sendStream(1, "");
    await client.call(1, "");
    assertEquals(server.stats().droppedMessages, 1);
  },
);

conformance(
  "serve ends with the connection, when its handlers are done",
  async (scene) => {
    const [client, server] = await scene.pair();
    const started = Promise.withResolvers<AbortSignal>();
    const go = Promise.withResolvers<void>();
    let done = false;
    const serving = server.serve({
      1: async (_request, _body, { signal }) => {
        started.resolve(signal);
        await go.promise;
        done = true;
        return "too late";
      },
    }).then(() => assert(done));
    const sent = await client.sendRequest(1, "");
    const signal = await started.promise;
    assert(!signal.aborted);
    const aborted = fired(signal);
    await client.close();
    await aborted;
    assert(signal.reason instanceof RpcError);
    assertEquals(signal.reason.code, "connection-closed");
    await rejectsWith("connection-closed", () => sent.recvResponse());
    go.resolve();
    await serving;
  },
);

conformance("a request has one signal, and each its own", async (scene) => {
  const [client, server] = await scene.pair();
  const signals: AbortSignal[] = [];
  const handlers = {
    1: (
      _request: unknown,
      _body: unknown,
      context: { signal: AbortSignal },
    ) => {
      signals.push(context.signal, context.signal);
    },
  };
  server.serve(handlers);
  await client.call(1, "");
  await client.call(1, "");
  assertEquals(signals.length, 4);
  assertStrictEquals(signals[1], signals[0]);
  assertStrictEquals(signals[3], signals[2]);
  assertNotStrictEquals(signals[2], signals[0]);
});

conformance("serve reports a fatal error and resolves", async (scene) => {
  const errors: unknown[] = [];
  const [peer, raw] = await scene.raw({
    maxBodyLenRead: 10,
    maxBodyLenWrite: 10,
    onError: (error) => errors.push(error),
  });
  const serving = peer.serve({});
  await raw.close();
  const error = await peer.closed;
  await serving;
  assertEquals(errors, error === null ? [] : [error]);
});

conformance("both sides serve and call", async (scene) => {
  const [left, right] = await scene.pair();
  const serving = [
    left.serve({ 1: async () => (await left.call(2, "ping")).body }),
    right.serve({ 2: (_request, body) => `${body.text()} pong` }),
  ];
  assertEquals((await right.call(1, "")).text(), "ping pong");
  await left.close();
  await Promise.all(serving);
});
