/** How a connection ends in good order, on both sides. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

conformance("after close both sides have ended cleanly", async (scene) => {
  const [left, right] = await scene.pair();
  await left.close();
  assertEquals(await left.closed, null);
  assertEquals(await right.closed, null);
  for (const peer of [left, right]) {
    assertEquals(await peer.recvMessage(), null);
    assertEquals(await peer.recvMessage(), null);
    await rejectsWith("connection-closed", () => peer.sendStream(1, ""));
    await rejectsWith("connection-closed", () => peer.sendRequest(1, ""));
    const error = await rejectsWith(
      "connection-closed",
      () => peer.call(1, ""),
    );
    assert(error.fatal);
    assertEquals(error.side, peer === left ? "local" : "remote");
  }
});

conformance("close is idempotent, on any handle", async (scene) => {
  const [left, right] = await scene.pair();
  const closeHandle = left.closeHandle();
  const results = await Promise.all([
    left.close(),
    closeHandle.close(),
    left[Symbol.asyncDispose](),
    left.close(),
    right.close(),
    right.closeHandle().close(),
  ]);
  assert(results.every((result) => result === undefined));
  await left.close();
  await closeHandle.close();
  assertEquals(await closeHandle.closed, null);
  assertEquals(await right.closed, null);
});

conformance("a send fails at once when closing has begun", async (scene) => {
  const [left] = await scene.pair();
  const closing = left.close();
  await Promise.all([
    rejectsWith("connection-closed", () => left.sendStream(1, "")),
    rejectsWith("connection-closed", () => left.sendRequest(1, "")),
  ]);
  await closing;
});

conformance("what was accepted before close is written", async (scene) => {
  const [left, right] = await scene.pair();
  const count = 100;
  const body = new Uint8Array(8000);
  const received = (async () => {
    let n = 0;
    for await (const message of right) {
      assert(message.kind === "stream");
      assertEquals(message.message.header.serviceId, n++);
      assertEquals(message.message.body.data.length, body.length);
    }
    return n;
  })();
  const sends = Array.from(
    { length: count },
    (_, i) => left.sendStream(i, body),
  );
  await left.close();
  await Promise.all(sends);
  assertEquals(await received, count);
});

conformance(
  "what was received before the end can still be taken",
  async (scene) => {
    const [left, right] = await scene.pair();
    for (let i = 0; i < 10; i++) await left.sendStream(i, "");
    await left.close();
    assertEquals(await right.closed, null);
    for (let i = 0; i < 10; i++) {
      assertEquals((await nextStream(right)).header.serviceId, i);
    }
    assertEquals(await right.recvMessage(), null);
  },
);

conformance("close drops what is unread", async (scene) => {
  const [left, right] = await scene.pair();
  await left.sendStream(1, "");
  await nextStream(right);
  await left.sendStream(1, "");
  const sent = await left.sendRequest(1, "");
  await right.sendStream(1, "");
  await nextStream(left);
  await scene.pace();
  await right.close();
  assertEquals(right.stats().inboxMessages, 0);
  assertEquals(await right.recvMessage(), null);
  // The request was among it: it is answered or closed, and nobody waits.
  const [response] = await Promise.allSettled([sent.recvResponse()]);
  if (response.status === "fulfilled") assert(response.value.isError);
  else assertInstanceOf(response.reason, RpcError);
});

conformance(
  "closing answers open received requests with an error",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await Promise.all(
      [1, 2, 3].map((id) => client.sendRequest(id, "")),
    );
    const received = [];
    for (const _ of sent) received.push((await nextRequest(server)).request);
    await server.close();
    for (const request of sent) {
      assert((await request.recvResponse()).isError);
      assertEquals(await request.recvUpdate(), null);
    }
    for (const request of received) {
      await rejectsWith("connection-closed", () => request.sendUpdate(1, ""));
      await rejectsWith("connection-closed", () => request.sendResponse(1, ""));
      await rejectsWith("connection-closed", () => request.recvUpdate());
      request[Symbol.dispose]();
    }
    assertEquals(await client.closed, null);
  },
);

conformance("closing fails own open requests", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  const pending = [
    rejectsWith("connection-closed", () => sent.recvUpdate()),
    rejectsWith("connection-closed", () => sent.recvResponse()),
    rejectsWith("connection-closed", () => request.recvUpdate()),
    server.recvMessage().then((message) => assertEquals(message, null)),
    client.recvMessage().then((message) => assertEquals(message, null)),
  ];
  const closing = client.close();
  await Promise.all(pending);
  await rejectsWith("connection-closed", () => sent.sendUpdate(1, ""));
  // What is left of the request can be disposed, any time.
  sent[Symbol.dispose]();
  request[Symbol.dispose]();
  await closing;
  assertEquals(await server.closed, null);
});

conformance("a response that was there survives the end", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  await request.sendUpdate(2, "update");
  await request.sendResponse(1, "response");
  await server.close();
  assertEquals(await client.closed, null);
  assertEquals((await sent.recvUpdate())?.text(), "update");
  assertEquals((await sent.recvResponse()).text(), "response");
  assertEquals(await sent.recvUpdate(), null);
});

conformance("closing both sides at once is clean", async (scene) => {
  for (let i = 0; i < 5; i++) {
    const [left, right] = await scene.pair();
    await left.sendStream(1, "crossing");
    await right.sendRequest(1, "crossing");
    await Promise.all([left.close(), right.close()]);
    assertEquals([await left.closed, await right.closed], [null, null]);
  }
});

conformance("closing while the other side floods is clean", async (scene) => {
  const [left, right] = await scene.pair();
  const body = new Uint8Array(4000);
  let sent = 0;
  const flood = (async () => {
    for (; sent < 50_000; sent++) await right.sendStream(sent, body);
  })();
  const stopped = rejectsWith("connection-closed", () => flood);
  for (let i = 0; i < 50; i++) await nextStream(left);
  await left.close();
  await stopped;
  assertEquals(await right.closed, null);
  assertEquals(await right.recvMessage(), null);
});

conformance("await using closes", async (scene) => {
  const [left, right] = await scene.pair();
  {
    await using peer = left;
    await peer.sendStream(1, "last");
  }
  assertEquals((await nextStream(right)).text(), "last");
  assertEquals(await right.recvMessage(), null);
});
