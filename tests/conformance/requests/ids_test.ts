/** Request ids, and messages that don't fit them. */
import { assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

conformance("ids count up from 0", async (scene) => {
  const [client, server] = await scene.pair();
  for (let i = 0; i < 5; i++) {
    const sent = await client.sendRequest(1, "");
    assertEquals(sent.requestId, i);
    const { request } = await nextRequest(server);
    assertEquals(request.requestId, i);
  }
});

conformance("both sides may have a request of the same id", async (scene) => {
  const [left, right] = await scene.pair();
  const [mine, yours] = await Promise.all([
    left.sendRequest(1, "left"),
    right.sendRequest(2, "right"),
  ]);
  assertEquals([mine.requestId, yours.requestId], [0, 0]);
  const onRight = await nextRequest(right);
  const onLeft = await nextRequest(left);
  await mine.sendUpdate(10, "l1");
  await yours.sendUpdate(20, "r1");
  await onRight.request.sendUpdate(11, "r2");
  await onLeft.request.sendUpdate(21, "l2");
  assertEquals((await onRight.request.recvUpdate())?.text(), "l1");
  assertEquals((await onLeft.request.recvUpdate())?.text(), "r1");
  assertEquals((await mine.recvUpdate())?.text(), "r2");
  assertEquals((await yours.recvUpdate())?.text(), "l2");
  await onRight.request.sendResponse(1, "to left");
  await onLeft.request.sendResponse(2, "to right");
  assertEquals((await mine.recvResponse()).text(), "to left");
  assertEquals((await yours.recvResponse()).text(), "to right");
});

conformance(
  "an id is any of 32 bits, and free after the response",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    for (const id of [0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0]) {
      await raw.send(Request, id, -5, "?");
      const { request } = await nextRequest(peer);
      assertEquals([request.requestId, request.serviceId], [id, -5]);
      await request.sendResponse(-5, "!");
      assertEquals(await raw.recvPlain(), [Response, id, -5, "!"]);
    }
  },
);

conformance(
  "a duplicate id is an error in its place, and nothing else",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.sendBatch([
      [Stream, 0, 1, "before"],
      [Request, 7, 1, "first"],
      [Request, 7, 2, "second"],
      [Stream, 0, 1, "after"],
    ]);
    assertEquals((await nextStream(peer)).text(), "before");
    const { request, body } = await nextRequest(peer);
    assertEquals(body.text(), "first");
    const error = await rejectsWith(
      "duplicate-request-id",
      () => peer.recvMessage(),
    );
    assertEquals(
      [error.fatal, error.side, error.requestId, error.serviceId],
      [false, "remote", 7, 2],
    );
    assertEquals((await nextStream(peer)).text(), "after");
    await raw.send(RequesterUpdate, 7, 3, "still open");
    assertEquals((await request.recvUpdate())?.text(), "still open");
    await request.sendResponse(1, "answer");
    assertEquals(await raw.recvPlain(), [Response, 7, 1, "answer"]);
    assertEquals(peer.stats().errors, 1);
  },
);

for (const type of [Response, RequesterUpdate, ResponderUpdate]) {
  conformance(
    `a message of type ${type} for an unknown id is an error in its place`,
    async (scene) => {
      const [peer, raw] = await scene.raw();
      const sent = await peer.sendRequest(1, "");
      await raw.recv();
      await raw.sendBatch([
        [Stream, 0, 1, "before"],
        [type, 99, 5, "lost"],
        [Stream, 0, 1, "after"],
      ]);
      assertEquals((await nextStream(peer)).text(), "before");
      const error = await rejectsWith(
        "unknown-request-id",
        () => peer.recvMessage(),
      );
      assertEquals(
        [
          error.fatal,
          error.side,
          error.requestId,
          error.serviceId,
          error.messageType,
        ],
        [false, "remote", 99, 5, type],
      );
      assertEquals((await nextStream(peer)).text(), "after");
      await raw.send(Response, 0, 1, "fine");
      assertEquals((await sent.recvResponse()).text(), "fine");
      assertEquals(peer.stats().errors, 1);
    },
  );
}

conformance("a second response is for an unknown id", async (scene) => {
  const [peer, raw] = await scene.raw();
  const sent = await peer.sendRequest(1, "");
  await raw.recv();
  await raw.sendBatch([[Response, 0, 1, "first"], [Response, 0, 1, "second"]]);
  await rejectsWith("unknown-request-id", () => peer.recvMessage());
  assertEquals((await sent.recvResponse()).text(), "first");
});

conformance(
  "an update that crosses the response is counted, and no error",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 3, 1, "");
    const { request } = await nextRequest(peer);
    await request.sendResponse(1, "");
    await raw.sendBatch([
      [RequesterUpdate, 3, 1, "late"],
      [RequesterUpdate, 3, 1, "later"],
      [Stream, 0, 1, "behind"],
    ]);
    assertEquals((await nextStream(peer)).text(), "behind");
    const { lateUpdates, errors } = peer.stats();
    assertEquals([lateUpdates, errors], [2, 0]);
  },
);

conformance(
  "an update that crosses a dropped request's answer is no error",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 3, 1, "");
    (await nextRequest(peer)).request[Symbol.dispose]();
    await raw.sendBatch([[RequesterUpdate, 3, 1, ""], [
      Stream,
      0,
      1,
      "behind",
    ]]);
    assertEquals((await nextStream(peer)).text(), "behind");
    assertEquals(peer.stats().lateUpdates, 1);
  },
);

conformance(
  "an update that crosses the peer's own refusal is no error",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxOpenReceivedRequests: 1 });
    await raw.sendBatch([
      [Request, 0, 1, ""],
      [Request, 1, 1, "one too many"],
      [RequesterUpdate, 1, 1, "sent before the refusal came"],
      [Stream, 0, 1, "behind"],
    ]);
    const { request } = await nextRequest(peer);
    assertEquals(request.requestId, 0);
    assertEquals((await nextStream(peer)).text(), "behind");
    const { lateUpdates, errors, refusedRequests } = peer.stats();
    assertEquals([lateUpdates, errors, refusedRequests], [1, 0, 1]);
  },
);
