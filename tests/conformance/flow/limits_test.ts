/** The limits on open requests and on bodies. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextRequest, rejectsWith } from "../../support/expect.ts";

const { Request, Response, Stream } = MessageType;

conformance(
  "requests over maxOpenReceivedRequests get an error response",
  async (scene) => {
    const [client, server] = await scene.pair({
      right: { maxOpenReceivedRequests: 2 },
    });
    const sent = [];
    for (let i = 0; i < 5; i++) sent.push(await client.sendRequest(1, ""));
    for (const request of sent.slice(2)) {
      assert((await request.recvResponse()).isError);
    }
    assertEquals(server.stats().openReceivedRequests, 2);
    assertEquals(server.stats().refusedRequests, 3);
    for (const request of sent.slice(0, 2)) {
      const received = await nextRequest(server);
      assertEquals(received.request.requestId, request.requestId);
      await received.request.sendResponse(1, "fine");
      assertEquals((await request.recvResponse()).text(), "fine");
    }
    // There is room again.
    const calling = client.call(1, "");
    await (await nextRequest(server)).request.sendResponse(1, "");
    await calling;
  },
);

conformance(
  "sendRequest waits while maxOpenSentRequests are open",
  async (scene) => {
    const [client, server] = await scene.pair({
      left: { maxOpenSentRequests: 2 },
    });
    const first = await client.sendRequest(1, "first");
    const second = await client.sendRequest(1, "second");
    const third = client.sendRequest(1, "third");
    const fourth = client.call(1, "fourth");
    await scene.pace();
    assert(await isPending(third));
    assertEquals(client.stats().openSentRequests, 2);
    assertEquals(server.stats().inboxMessages, 2);
    const one = await nextRequest(server);
    const two = await nextRequest(server);
    await two.request.sendResponse(1, "");
    await second.recvResponse();
    const three = await nextRequest(server);
    assertEquals(three.body.text(), "third");
    await one.request.sendResponse(1, "");
    await first.recvResponse();
    const four = await nextRequest(server);
    assertEquals(four.body.text(), "fourth");
    await three.request.sendResponse(1, "");
    await four.request.sendResponse(1, "4");
    await (await third).recvResponse();
    assertEquals((await fourth).text(), "4");
  },
);

conformance("abandoned requests count until their response", async (scene) => {
  const [peer, raw] = await scene.raw({ maxOpenSentRequests: 1 });
  (await peer.sendRequest(1, ""))[Symbol.dispose]();
  await raw.recv();
  const next = peer.sendRequest(1, "next");
  await scene.pace();
  assert(await isPending(next));
  await raw.send(Response, 0, 1);
  assertEquals(await raw.recvPlain(), [Request, 1, 1, "next"]);
  await raw.send(Response, 1, 1);
  await (await next).recvResponse();
});

conformance("a signal frees the place in the queue", async (scene) => {
  const [peer, raw] = await scene.raw({ maxOpenSentRequests: 1 });
  const first = await peer.sendRequest(1, "first");
  const controller = new AbortController();
  const reason = new Error("enough");
  const given = peer.sendRequest(1, "given up", { signal: controller.signal });
  const calling = peer.call(1, "given up too", { signal: controller.signal });
  const last = peer.sendRequest(1, "last");
  controller.abort(reason);
  assertEquals(await assertRejects(() => given), reason);
  assertEquals(await assertRejects(() => calling), reason);
  assertEquals(await raw.recvPlain(), [Request, 0, 1, "first"]);
  await raw.send(Response, 0, 1);
  await first.recvResponse();
  assertEquals(await raw.recvPlain(), [Request, 1, 1, "last"]);
  await raw.send(Response, 1, 1);
  await (await last).recvResponse();
  // All places are free again.
  const again = peer.call(1, "again");
  assertEquals(await raw.recvPlain(), [Request, 2, 1, "again"]);
  await raw.send(Response, 2, 1);
  await again;
});

conformance(
  "the end of the connection ends the wait for a place",
  async (scene) => {
    for (const which of ["local", "remote"] as const) {
      const [peer, raw] = await scene.raw({ maxOpenSentRequests: 1 });
      const first = await peer.sendRequest(1, "");
      const waiting = [
        rejectsWith("connection-closed", () => peer.sendRequest(1, "")),
        rejectsWith("connection-closed", () => peer.call(1, "")),
        rejectsWith("connection-closed", () => first.recvResponse()),
      ];
      if (which === "local") await peer.close();
      else await raw.end();
      await Promise.all(waiting);
    }
  },
);

conformance(
  "the same request id can be used again after an excess",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxOpenReceivedRequests: 1 });
    await raw.sendBatch([
      [Request, 1, 1, "first"],
      [Request, 2, 1, "one too many"],
    ]);
    const { request } = await nextRequest(peer);
    const refusal = await raw.recv();
    assert(refusal?.isError);
    assertEquals(refusal.header.requestId, 2);
    assert(refusal.text().includes("limit-exceeded"), refusal.text());
    await request.sendResponse(1, "");
    await raw.recv();
    await raw.sendBatch([[Request, 2, 1, "again"], [Stream, 0, 1, ""]]);
    const again = await nextRequest(peer);
    assertEquals(again.body.text(), "again");
    await again.request.sendResponse(1, "");
  },
);
