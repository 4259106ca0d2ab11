/** `stats()`: what was refused, dropped or wrong. */
import { assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import { assertStats, until } from "../../support/stats.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

conformance("non-fatal errors count, delivered or not", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Request, 0, 1, ""],
    [Request, 0, 1, "duplicate"],
    [ResponderUpdate, 5, 1, "unknown"],
    [Response, 6, 1, "unknown"],
  ]);
  await nextRequest(peer);
  await rejectsWith("duplicate-request-id", () => peer.recvMessage());
  await until(scene, peer, ({ messagesReceived }) => messagesReceived === 4);
  assertStats(peer, {
    messagesReceived: 4,
    openReceivedRequests: 1,
    inboxMessages: 2,
    errors: 3,
    droppedMessages: 1,
  });
  await Promise.all([peer.close(), raw.end()]);
  assertEquals(peer.stats().errors, 3);
});

conformance("late updates count, and are no errors", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.send(Request, 9, 1);
  await (await nextRequest(peer)).request.sendResponse(1, "");
  await raw.sendBatch([
    [RequesterUpdate, 9, 1, ""],
    [RequesterUpdate, 9, 1, ""],
    [Stream, 0, 1, ""],
  ]);
  await nextStream(peer);
  assertStats(peer, {
    messagesSent: 1,
    messagesReceived: 4,
    lateUpdates: 2,
  });
});

conformance("requests that the peer refuses count", async (scene) => {
  const [peer, raw] = await scene.raw({ maxOpenReceivedRequests: 1 });
  await raw.send(Request, 0, 1);
  const { request } = await nextRequest(peer);
  await raw.send(Request, 1, 1);
  assertEquals((await raw.recv())?.isError, true);
  assertStats(peer, {
    messagesSent: 1,
    messagesReceived: 2,
    openReceivedRequests: 1,
    refusedRequests: 1,
    droppedMessages: 1,
  });
  await request.sendErrorResponse("the application's own");
  await raw.recv();
  assertEquals(peer.stats().refusedRequests, 1);
});

conformance("dropped messages count", async (scene) => {
  const [peer, raw] = await scene.raw();
  const sent = await peer.sendRequest(1, "");
  await raw.recv();
  // Two unread updates of an abandoned request, and two messages behind.
  await raw.sendBatch([
    [ResponderUpdate, 0, 1, ""],
    [ResponderUpdate, 0, 1, ""],
    [Stream, 0, 1, ""],
  ]);
  await nextStream(peer);
  sent[Symbol.dispose]();
  assertEquals(peer.stats().droppedMessages, 2);
  await raw.sendBatch([
    [ResponderUpdate, 0, 1, ""],
    [Response, 0, 1, ""],
    [Stream, 0, 1, ""],
    [Stream, 0, 2, "unread at the end"],
    [Request, 4, 2, "unread at the end"],
  ]);
  await nextStream(peer);
  await until(scene, peer, ({ inboxMessages }) => inboxMessages === 2);
  assertStats(peer, {
    messagesSent: 1,
    messagesReceived: 8,
    openReceivedRequests: 1,
    inboxMessages: 2,
    droppedMessages: 4,
  });
  await Promise.all([peer.close(), raw.end()]);
  assertEquals(peer.stats().droppedMessages, 6);
});
