/** `serve`: what becomes of what handlers return and throw. */
import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";

conformance("what a handler returns is the response", async (scene) => {
  const [client, server] = await scene.pair();
  server.serve({
    1: () => "string",
    2: () => new Uint8Array([1, 2]),
    3: () => Promise.resolve({ data: "object" }),
    4: () => {},
    5: async () => {},
    6: (_request, body) => body,
    [-7]: () => "negative",
  });
  for (
    const [id, text] of [
      [1, "string"],
      [2, "\x01\x02"],
      [3, "object"],
      [4, ""],
      [5, ""],
      [6, "question"],
      [-7, "negative"],
    ] as const
  ) {
    const response = await client.call(id, "question");
    assertEquals([response.header.serviceId, response.text()], [id, text]);
  }
});

conformance("a handler may answer by itself", async (scene) => {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    onError: (error) => errors.push(error),
  });
  server.serve({
    1: async (request) => {
      await request.sendUpdate(2, "half");
      await request.sendResponse(9, "done");
    },
    2: (request) => request.sendErrorResponse("no"),
  });
  const sent = await client.sendRequest(1, "");
  assertEquals((await sent.recvUpdate())?.text(), "half");
  const response = await sent.recvResponse();
  assertEquals([response.header.serviceId, response.text()], [9, "done"]);
  const error = await rejectsWith("remote-error", () => client.call(2, ""));
  assertEquals(error.message, "no");
  assertEquals(errors, []);
});

conformance("a body after the answer goes to onError", async (scene) => {
  const failed = Promise.withResolvers<unknown>();
  const [client, server] = await scene.pair({
    right: { onError: failed.resolve },
  });
  server.serve({
    1: async (request) => {
      await request.sendResponse(1, "first");
      return "second";
    },
  });
  assertEquals((await client.call(1, "")).text(), "first");
  const error = await failed.promise;
  assert(error instanceof RpcError);
  assertEquals(error.code, "request-closed");
});

conformance("what a handler throws is an error response", async (scene) => {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    right: { onError: (error) => errors.push(error) },
  });
  const thrown = [new Error("sync"), new Error("async"), "no error"];
  server.serve({
    0: () => {
      throw thrown[0];
    },
    1: () => Promise.reject(thrown[1]),
    2: () => {
      throw thrown[2];
    },
  });
  for (const [id, text] of ["sync", "async", "no error"].entries()) {
    const error = await rejectsWith("remote-error", () => client.call(id, ""));
    assertEquals(error.message, text);
  }
  assertEquals(errors, thrown);
});

conformance("a refused result is an error response", async (scene) => {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    maxBodyLenWrite: 100,
    right: { onError: (error) => errors.push(error) },
  });
  server.serve({
    1: () => new Uint8Array(101),
    2: () => Promise.resolve(42 as unknown as string),
    3: () => "fine",
  });
  await rejectsWith("remote-error", () => client.call(1, ""));
  await rejectsWith("remote-error", () => client.call(2, ""));
  assertEquals((await client.call(3, "")).text(), "fine");
  assert(errors[0] instanceof RpcError);
  assertEquals(errors[0].code, "payload-too-large");
  assert(errors[1] instanceof TypeError);
  assertEquals(errors.length, 2);
});

conformance(
  "a lost backend is an error response, and goes to onError",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const [backend] = await scene.pair();
    await backend.close();
    server.serve({ 1: () => backend.call(1, "").then((reply) => reply.body) });
    await rejectsWith("remote-error", () => client.call(1, ""));
    assert(errors[0] instanceof RpcError);
    assertEquals(errors[0].code, "connection-closed");
  },
);

conformance("an unknown service is an error response", async (scene) => {
  const [client, server] = await scene.pair();
  server.serve({ 1: () => "" });
  for (const id of [2, -2, 0x7fff_ffff]) {
    const error = await rejectsWith("remote-error", () => client.call(id, ""));
    assert(error.message.includes(`${id}`), error.message);
  }
});

conformance("names of Object.prototype are no services", async (scene) => {
  const [client, server] = await scene.pair();
  server.serve(Object.create({ 1: () => "inherited" }));
  await rejectsWith("remote-error", () => client.call(1, ""));
});

conformance("the unknown option takes the other services", async (scene) => {
  const [client, server] = await scene.pair();
  server.serve({ 1: () => "one" }, {
    unknown: (request) => `service ${request.serviceId}`,
  });
  assertEquals((await client.call(1, "")).text(), "one");
  assertEquals((await client.call(-5, "")).text(), "service -5");
});

conformance("handlers run concurrently", async (scene) => {
  const [client, server] = await scene.pair();
  const go = Promise.withResolvers<string>();
  server.serve({ 1: () => go.promise, 2: () => go.resolve("released") });
  const first = client.call(1, "");
  await client.call(2, "");
  assertEquals((await first).text(), "released");
});
