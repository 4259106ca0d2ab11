/** The two halves of a peer, and what keeps it open. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

conformance("split empties the handle", async (scene) => {
  const [left, right] = await scene.pair();
  const [reader, writer] = left.split();
  for (
    const method of [
      () => left.recvMessage(),
      () => left.sendRequest(1, ""),
      () => left.sendStream(1, ""),
      () => left.call(1, ""),
      () => left.serve({}),
      () => left.close(),
      () => left[Symbol.asyncIterator]().next(),
    ]
  ) {
    await assertRejects(async () => await method(), TypeError);
  }
  for (
    const method of [
      () => left.split(),
      () => left.closeHandle(),
      () => left.stats(),
      () => left.ref(),
      () => left.unref(),
    ]
  ) assertThrows(method, TypeError);
  await left[Symbol.asyncDispose]();
  // Disposing it did nothing: the halves work.
  await writer.sendStream(1, "there");
  assertEquals((await nextStream(right)).text(), "there");
  await right.sendStream(1, "back");
  assertEquals((await nextStream(reader)).text(), "back");
});

conformance("the halves send, receive, serve and call", async (scene) => {
  const [left, right] = await scene.pair();
  const [reader, writer] = left.split();
  const serving = reader.serve({ 1: (_request, body) => body });
  assertEquals((await right.call(1, "echo")).text(), "echo");
  const calling = writer.call(2, "question");
  const { request } = await nextRequest(right);
  await request.sendResponse(2, "answer");
  assertEquals((await calling).text(), "answer");
  const sent = await writer.sendRequest(3, "");
  const { request: second } = await nextRequest(right);
  await second.sendResponse(3, "");
  await sent.recvResponse();
  await reader.close();
  await serving;
  assertEquals(await writer.closed, null);
});

conformance("the connection ends with its last handle", async (scene) => {
  const [left, right] = await scene.pair();
  const [reader, writer] = left.split();
  const clone = writer.clone();
  const closeHandle = reader.closeHandle();
  writer[Symbol.dispose]();
  writer[Symbol.dispose]();
  reader[Symbol.dispose]();
  await clone.sendStream(1, "still open");
  assertEquals((await nextStream(right)).text(), "still open");
  const third = clone.clone();
  clone[Symbol.dispose]();
  await third.sendStream(1, "and again");
  assertEquals((await nextStream(right)).text(), "and again");
  third[Symbol.dispose]();
  assertEquals(await closeHandle.closed, null);
  assertEquals(await right.recvMessage(), null);
  assertEquals(await right.closed, null);
});

conformance("the read handle alone keeps it open too", async (scene) => {
  const [left, right] = await scene.pair();
  const [reader, writer] = left.split();
  writer[Symbol.dispose]();
  await right.sendStream(1, "one");
  assertEquals((await nextStream(reader)).text(), "one");
  const sent = await right.sendRequest(1, "");
  const { request } = await nextRequest(reader);
  await request.sendResponse(1, "answered without the write handle");
  await sent.recvResponse();
  reader[Symbol.dispose]();
  assertEquals(await right.closed, null);
});

conformance("a released handle takes no calls", async (scene) => {
  const [left] = await scene.pair();
  const [reader, writer] = left.split();
  const clone = writer.clone();
  writer[Symbol.dispose]();
  for (
    const method of [
      () => writer.sendRequest(1, ""),
      () => writer.sendStream(1, ""),
      () => writer.call(1, ""),
    ]
  ) {
    await assertRejects(async () => await method(), TypeError);
  }
  assertThrows(() => writer.clone(), TypeError);
  reader[Symbol.dispose]();
  await assertRejects(async () => await reader.recvMessage(), TypeError);
  await assertRejects(async () => await reader.serve({}), TypeError);
  clone[Symbol.dispose]();
});

conformance(
  "close on a half, or on a close handle, closes all",
  async (scene) => {
    for (const which of ["reader", "writer", "closeHandle"] as const) {
      const [left, right] = await scene.pair();
      const [reader, writer] = left.split();
      const closeHandle = writer.closeHandle();
      await { reader, writer, closeHandle }[which].close();
      assertEquals(await reader.recvMessage(), null);
      await rejectsWith("connection-closed", () => writer.sendStream(1, ""));
      assertEquals(await right.closed, null);
      assertEquals(await closeHandle.closed, null);
    }
  },
);

conformance(
  "a request without a reader gets an error response",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [reader, writer] = server.split();
    const early = await client.sendRequest(1, "in the inbox");
    await client.sendStream(1, "in the inbox too");
    await writer.sendStream(1, "");
    await nextStream(client);
    await scene.pace();
    reader[Symbol.dispose]();
    assert((await early.recvResponse()).isError);
    for (let i = 0; i < 3; i++) {
      await client.sendStream(1, "dropped");
      await rejectsWith("remote-error", () => client.call(1, ""));
    }
    // The other direction goes on.
    await writer.sendStream(1, "still here");
    assertEquals((await nextStream(client)).text(), "still here");
  },
);

conformance("a request that was taken survives its reader", async (scene) => {
  const [client, server] = await scene.pair();
  const [reader] = server.split();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(reader);
  reader[Symbol.dispose]();
  await sent.sendUpdate(1, "update");
  assertEquals((await request.recvUpdate())?.text(), "update");
  await request.sendResponse(1, "answer");
  assertEquals((await sent.recvResponse()).text(), "answer");
});

conformance("a wait for messages ends with its reader", async (scene) => {
  const [left] = await scene.pair();
  const [reader, writer] = left.split();
  let end: unknown = "hangs";
  reader.recvMessage().then(() => end = "null", (error) => end = error);
  reader[Symbol.dispose]();
  await scene.pace();
  assertInstanceOf(end, TypeError);
  writer[Symbol.dispose]();
});
