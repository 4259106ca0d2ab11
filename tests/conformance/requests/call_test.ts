/** `call`: one answer or one error. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

const { Response, RequesterUpdate, ResponderUpdate, Stream } = MessageType;

conformance("call skips updates", async (scene) => {
  const [client, server] = await scene.pair({ maxRequestInboxMessages: 2 });
  const calling = client.call(1, "question");
  const { request, body } = await nextRequest(server);
  assertEquals(body.text(), "question");
  for (let i = 0; i < 50; i++) await request.sendUpdate(i, "progress");
  await request.sendResponse(1, "answer");
  const response = await calling;
  assertEquals(response.header.serviceId, 1);
  assertEquals(response.text(), "answer");
});

conformance("call throws an error response as remote-error", async (scene) => {
  const [client, server] = await scene.pair();
  const calling = rejectsWith("remote-error", () => client.call(3, ""));
  const { request } = await nextRequest(server);
  await request.sendErrorResponse("out of film");
  const error = await calling;
  assertEquals(
    [error.message, error.fatal, error.side, error.requestId, error.serviceId],
    ["out of film", false, "remote", 0, 3],
  );
  assertEquals(client.stats().openSentRequests, 0);
});

conformance("an aborted call tells the other side nothing", async (scene) => {
  const [peer, raw] = await scene.raw();
  const controller = new AbortController();
  const reason = new Error("enough");
  const calling = peer.call(1, "", { signal: controller.signal });
  await raw.recv();
  controller.abort(reason);
  assertEquals(await assertRejects(() => calling), reason);
  await peer.sendStream(9, "next");
  assertEquals(await raw.recvPlain(), [Stream, 0, 9, "next"]);
  // The id stays reserved until the response, which is dropped without an error.
  assertEquals(peer.stats().openSentRequests, 1);
  await raw.sendBatch([
    [ResponderUpdate, 0, 1, "late"],
    [Response, 0, 1, "late"],
    [Stream, 0, 1, "behind"],
  ]);
  assertEquals((await nextStream(peer)).text(), "behind");
  const { openSentRequests, errors } = peer.stats();
  assertEquals([openSentRequests, errors], [0, 0]);
});

conformance("onAbort names an update to send", async (scene) => {
  const [peer, raw] = await scene.raw();
  for (const body of [undefined, "stop it"]) {
    const controller = new AbortController();
    const calling = peer.call(1, "", {
      signal: controller.signal,
      onAbort: body === undefined ? { serviceId: 66 } : { serviceId: 66, body },
    });
    const id = (await raw.recv())!.header.requestId;
    controller.abort();
    await assertRejects(() => calling, DOMException);
    assertEquals(await raw.recvPlain(), [RequesterUpdate, id, 66, body ?? ""]);
    await raw.send(Response, id, 1, "stopped");
  }
  await raw.send(Stream, 0, 1);
  await nextStream(peer);
  const { openSentRequests, errors } = peer.stats();
  assertEquals([openSentRequests, errors], [0, 0]);
});

conformance("an abort after the response does nothing", async (scene) => {
  const [peer, raw] = await scene.raw();
  const controller = new AbortController();
  const calling = peer.call(1, "", {
    signal: controller.signal,
    onAbort: { serviceId: 66 },
  });
  await raw.recv();
  await raw.send(Response, 0, 1, "done");
  assertEquals((await calling).text(), "done");
  controller.abort();
  await peer.sendStream(9, "next");
  assertEquals(await raw.recvPlain(), [Stream, 0, 9, "next"]);
});

conformance(
  "a call with a signal that has fired sends nothing",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);
    const error = await assertRejects(() =>
      peer.call(1, "", { signal, onAbort: { serviceId: 66 } })
    );
    assertEquals(error, reason);
    await peer.sendStream(9, "next");
    assertEquals(await raw.recvPlain(), [Stream, 0, 9, "next"]);
    assertEquals(peer.stats().openSentRequests, 0);
  },
);

conformance("a call fails when the connection ends", async (scene) => {
  const [peer, raw] = await scene.raw();
  const calling = peer.call(1, "", { onAbort: { serviceId: 66 } });
  await raw.recv();
  await raw.end();
  const error = await rejectsWith("connection-closed", () => calling);
  assert(error.fatal);
});

conformance("many calls are under way at once", async (scene) => {
  const [client, server] = await scene.pair();
  const serving = server.serve({
    1: (_request, body) => body,
    2: (_request, body) => Promise.resolve(body.text().toUpperCase()),
  });
  const texts = Array.from({ length: 300 }, (_, i) => `call ${i}`);
  const replies = await Promise.all(
    texts.map((text, i) => client.call(1 + i % 2, text)),
  );
  assertEquals(
    replies.map((reply) => reply.text()),
    texts.map((text, i) => i % 2 === 0 ? text : text.toUpperCase()),
  );
  await client.close();
  await serving;
});
