/** A request of the other side: updates, the answer, and dropping it. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

const { RequesterUpdate, Request, Response, Stream } = MessageType;

conformance("recvUpdate is null once the response is sent", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  const waiting = request.recvUpdate();
  await request.sendResponse(1, "");
  assertEquals(await waiting, null);
  assertEquals(await request.recvUpdate(), null);
  for await (const _ of request) assert(false);
  await sent.recvResponse();
});

conformance(
  "updates can be iterated, and breaking out ends nothing",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    for (const text of ["a", "b"]) await sent.sendUpdate(1, text);
    await sent.writeHandle().sendUpdate(1, "c");
    for await (const update of request) {
      assertEquals(update.text(), "a");
      break;
    }
    const left = request[Symbol.asyncIterator]();
    await left.return?.();
    assertEquals(await left.next(), { done: true, value: undefined });
    const rest: string[] = [];
    for await (const update of request) {
      rest.push(update.text());
      if (update.text() === "c") await request.sendResponse(1, "");
    }
    assertEquals(rest, ["b", "c"]);
    await sent.recvResponse();
  },
);

conformance(
  "disposing an unanswered request sends an error response",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    {
      using request = (await nextRequest(server)).request;
      await request.sendUpdate(2, "working");
    }
    assertEquals((await sent.recvUpdate())?.text(), "working");
    const response = await sent.recvResponse();
    assert(response.isError);
    assert(response.text().length > 0);
    assertEquals(server.stats().openReceivedRequests, 0);
  },
);

conformance("disposing an answered request does nothing", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.send(Request, 4, 1);
  const { request } = await nextRequest(peer);
  await request.sendResponse(1, "answer");
  request[Symbol.dispose]();
  request[Symbol.dispose]();
  await peer.sendStream(2, "behind");
  assertEquals(await raw.recvPlain(), [Response, 4, 1, "answer"]);
  assertEquals(await raw.recvPlain(), [Stream, 0, 2, "behind"]);
});

conformance("a dropped request can't be answered", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  const waiting = request.recvUpdate();
  request[Symbol.dispose]();
  assertEquals(await waiting, null);
  await rejectsWith("request-closed", () => request.sendResponse(1, ""));
  await rejectsWith("request-closed", () => request.sendUpdate(1, ""));
  assert((await sent.recvResponse()).isError);
});

conformance(
  "a response that is too long leaves the request open",
  async (scene) => {
    const [client, server] = await scene.pair({
      maxBodyLenRead: 100,
      maxBodyLenWrite: 100,
    });
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const before = server.stats().messagesSent;
    for (
      const send of [
        () => request.sendResponse(1, new Uint8Array(101)),
        () => request.sendUpdate(1, new Uint8Array(101)),
      ]
    ) {
      const error = await rejectsWith("payload-too-large", send);
      assertEquals(
        [error.fatal, error.side, error.limit, error.actual],
        [false, "local", 100, 101],
      );
    }
    assertEquals(server.stats().messagesSent, before);
    await sent.sendUpdate(1, "still open");
    assertEquals((await request.recvUpdate())?.text(), "still open");
    await request.sendResponse(1, new Uint8Array(100));
    assertEquals((await sent.recvResponse()).body.data.length, 100);
  },
);

conformance("an error text is cut between two characters", async (scene) => {
  const limit = 10;
  const [client, server] = await scene.pair({
    maxBodyLenRead: limit,
    maxBodyLenWrite: limit,
  });
  for (
    const [text, expected] of [
      ["0123456789", "0123456789"],
      ["0123456789a", "0123456789"],
      ["01234567ää", "01234567ä"],
      ["012345678ä", "012345678"],
      ["01234567€", "01234567"],
      ["012345678€", "012345678"],
      ["0123456€€", "0123456€"],
      ["0123456💡", "0123456"],
      ["012345💡💡", "012345💡"],
      ["💡💡💡", "💡💡"],
      ["", ""],
    ] as const
  ) {
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    await request.sendErrorResponse(text);
    const response = await sent.recvResponse();
    assertEquals([response.isError, response.text()], [true, expected]);
  }
});

conformance(
  "updates that nobody took are dropped with the answer",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.sendBatch([
      [Request, 4, 1, ""],
      [RequesterUpdate, 4, 1, "unread"],
      [Stream, 0, 1, ""],
    ]);
    const { request } = await nextRequest(peer);
    await nextStream(peer);
    await request.sendResponse(1, "");
    assertEquals(await request.recvUpdate(), null);
  },
);

conformance("a wait for an update can be given up", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  const controller = new AbortController();
  const reason = new Error("enough");
  const waiting = request.recvUpdate({ signal: controller.signal });
  controller.abort(reason);
  const [result] = await Promise.allSettled([waiting]);
  assert(result.status === "rejected" && result.reason === reason);
  await sent.sendUpdate(1, "not lost");
  assertEquals((await request.recvUpdate())?.text(), "not lost");
  await request.sendResponse(1, "");
});

conformance(
  "a signal asked for after the answer doesn't fire, also where the connection has ended",
  async (scene) => {
    const [client, server] = await scene.pair();
    const calling = client.call(1, "");
    const { request } = await nextRequest(server);
    await request.sendResponse(1, "");
    await calling;
    await client.close();
    await server.closed;
    assertEquals(request.signal.aborted, false);
  },
);
