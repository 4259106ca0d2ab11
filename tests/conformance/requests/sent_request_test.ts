/** A request of this side: updates, the response, and giving it up. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import {
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";

const { Response, ResponderUpdate, Stream } = MessageType;

conformance("recvUpdate and recvResponse may wait at once", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const response = sent.recvResponse();
  const updates = [sent.recvUpdate(), sent.recvUpdate(), sent.recvUpdate()];
  const { request } = await nextRequest(server);
  await request.sendUpdate(2, "a");
  await request.sendUpdate(3, "b");
  await request.sendResponse(1, "c");
  assertEquals((await response).text(), "c");
  const texts = (await Promise.all(updates)).map((update) => update?.text());
  assertEquals(texts, ["a", "b", undefined]);
  assertEquals(await sent.recvUpdate(), null);
});

conformance(
  "an update that nobody waits for wakes recvResponse with an error",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    const waiting = rejectsWith(
      "unexpected-message-type",
      () => sent.recvResponse(),
    );
    const { request } = await nextRequest(server);
    await request.sendUpdate(2, "a");
    const error = await waiting;
    assertEquals([error.fatal, error.requestId], [false, sent.requestId]);
    assertEquals((await sent.recvUpdate())?.text(), "a");
    const again = sent.recvResponse();
    await request.sendResponse(1, "b");
    assertEquals((await again).text(), "b");
  },
);

conformance("an error response is a message", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  await request.sendErrorResponse("out of film");
  assertEquals(await sent.recvUpdate(), null);
  const response = await sent.recvResponse();
  assert(response.isError);
  assertEquals(response.header.serviceId, -1);
  assertEquals(response.text(), "out of film");
});

conformance(
  "any other service id of a response is a success",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    for (const id of [0, 7, -2, 0x7fff_ffff, -0x8000_0000]) {
      const calling = peer.call(1, "");
      const message = await raw.recv();
      await raw.send(Response, message!.header.requestId, id, "fine");
      const response = await calling;
      assert(!response.isError);
      assertEquals(response.header.serviceId, id);
    }
  },
);

conformance("the response can be taken once", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const two = [sent.recvResponse(), sent.recvResponse()] as const;
  const loser = rejectsWith("request-closed", () => two[1]);
  const { request } = await nextRequest(server);
  await request.sendResponse(1, "once");
  assertEquals((await two[0]).text(), "once");
  await loser;
  await rejectsWith("request-closed", () => sent.recvResponse());
  sent[Symbol.dispose]();
  assertEquals(await sent.recvUpdate(), null);
});

conformance(
  "iteration ends before the response, and breaking out ends nothing",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    for (const text of ["a", "b", "c"]) await request.sendUpdate(2, text);
    for await (const update of sent) {
      assertEquals(update.text(), "a");
      break;
    }
    const left = sent[Symbol.asyncIterator]();
    await left.return?.();
    assertEquals(await left.next(), { done: true, value: undefined });
    await request.sendResponse(1, "done");
    const rest: string[] = [];
    for await (const update of sent) rest.push(update.text());
    assertEquals(rest, ["b", "c"]);
    assertEquals((await sent.recvResponse()).text(), "done");
  },
);

conformance(
  "an abandoned request drops what comes, and keeps its id until the response",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const sent = await peer.sendRequest(1, "");
    await raw.recv();
    await raw.sendBatch([[ResponderUpdate, 0, 1, "unread"], [
      Stream,
      0,
      1,
      "",
    ]]);
    await nextStream(peer);
    const waiting = rejectsWith("request-closed", async () => {
      await sent.recvUpdate();
      await sent.recvResponse();
    });
    sent[Symbol.dispose]();
    sent[Symbol.dispose]();
    await waiting;
    await rejectsWith("request-closed", () => sent.recvUpdate());
    await rejectsWith("request-closed", () => sent.recvResponse());
    const { messagesSent } = peer.stats();
    await rejectsWith("request-closed", () => sent.sendUpdate(1, ""));
    assertEquals(peer.stats().messagesSent, messagesSent);
    assertEquals(peer.stats().openSentRequests, 1);
    await raw.sendBatch([
      [ResponderUpdate, 0, 1, "late"],
      [Response, 0, 1, "late"],
      [Stream, 0, 1, "behind"],
    ]);
    assertEquals((await nextStream(peer)).text(), "behind");
    const { openSentRequests, errors, inboxMessages } = peer.stats();
    assertEquals([openSentRequests, errors, inboxMessages], [0, 0, 0]);
  },
);

conformance("pending waits end when a request is abandoned", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(1, "");
  const waiting = [
    rejectsWith("request-closed", () => sent.recvUpdate()),
    rejectsWith("request-closed", () => sent.recvResponse()),
  ];
  sent[Symbol.dispose]();
  await Promise.all(waiting);
  const { request } = await nextRequest(server);
  await request.sendResponse(1, "");
});

conformance("a response that is there can be thrown away", async (scene) => {
  const [client, server] = await scene.pair();
  {
    using sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    await request.sendResponse(1, "");
    assertEquals(await sent.recvUpdate(), null);
  }
  assertEquals(client.stats().openSentRequests, 0);
});

conformance(
  "a wait can be given up, and nothing is lost by it",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [sent.recvUpdate({ signal }), sent.recvResponse({ signal })];
    assert(await isPending(waits[0]!));
    const reason = new Error("enough");
    controller.abort(reason);
    for (const result of await Promise.allSettled(waits)) {
      assert(result.status === "rejected");
      assertEquals(result.reason, reason);
    }
    const { request } = await nextRequest(server);
    await request.sendUpdate(1, "a");
    await request.sendResponse(1, "b");
    assertEquals((await sent.recvUpdate())?.text(), "a");
    assertEquals((await sent.recvResponse()).text(), "b");
  },
);
