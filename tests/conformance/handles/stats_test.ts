/** `stats()`: what flows and what waits. */
import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import { assertStats, NOTHING, until } from "../../support/stats.ts";

const { Request, Response, Stream } = MessageType;

/** What transports are called; those of `StreamTransport` and of users have no name. */
const NAMES: Readonly<Record<string, string>> = {
  TCP: "tcp",
  TLS: "tls",
  NATS: "nats",
  memory: "memory",
  "public streams": "memory",
  "message port": "message-port",
  "Unix stream": "unix",
  WebSocket: "websocket",
  "Deno.serve": "websocket",
  "Unix seqpacket": "unix-seqpacket",
  "shared rings": "unix-shm",
};

conformance(
  "a new connection's figures are all zero, and tell who it is",
  async (scene) => {
    const before = Date.now();
    const [peer] = await scene.pair();
    const { transport, info, since, state, pausedTime, ...counts } = peer
      .stats();
    assertEquals(counts, NOTHING);
    assertEquals([info, state, pausedTime], [peer.info, "open", 0]);
    const name = scene.transport.name.replace(" on the reactor", "");
    assertEquals(transport, NAMES[name] ?? "custom");
    assertGreaterOrEqual(since, before);
    await peer.close();
    assertEquals(peer.stats().state, "closed");
  },
);

conformance("sends that wait are counted", async (scene) => {
  const [left, right] = await scene.pair({ maxOpenSentRequests: 1 });
  const call = left.call(1, "");
  const second = left.call(2, "");
  assertStats(left, { messagesSent: 1, openSentRequests: 1, waitingSends: 1 });
  for (const body of ["one", "two"]) {
    const { request } = await nextRequest(right);
    await request.sendResponse(1, body);
  }
  assertEquals((await call).text(), "one");
  assertEquals((await second).text(), "two");
  assertEquals(left.stats().waitingSends, 0);
});

conformance("messages and bytes count both ways", async (scene) => {
  const [left, right] = await scene.pair();
  const sent = await left.sendRequest(1, "12345");
  const { request } = await nextRequest(right);
  await request.sendUpdate(1, "123");
  await sent.recvUpdate();
  await sent.sendUpdate(1, "");
  await request.recvUpdate();
  await request.sendResponse(1, "1234567");
  await sent.recvResponse();
  await left.sendStream(1, "1");
  await nextStream(right);
  assertStats(left, { messagesSent: 3, messagesReceived: 2 });
  assertStats(right, { messagesSent: 2, messagesReceived: 3 });
  const head = scene.transport.headLen;
  const there = 3 * head + 5 + 0 + 1;
  const back = 2 * head + 3 + 7;
  for (const peer of [left, right]) {
    await until(scene, peer, ({ queuedBytes }) => queuedBytes === 0);
    assertEquals(peer.stats().queuedBytes, 0);
  }
  assertEquals(right.stats().bytesReceived, there);
  assertEquals(left.stats().bytesReceived, back);
  assertEquals(left.stats().bytesSent, there);
  assertEquals(right.stats().bytesSent, back);
});

conformance("open requests count until their response", async (scene) => {
  const [client, server] = await scene.pair();
  const first = await client.sendRequest(1, "");
  const second = await client.sendRequest(1, "");
  const one = await nextRequest(server);
  const two = await nextRequest(server);
  assertStats(client, { messagesSent: 2, openSentRequests: 2 });
  assertStats(server, { messagesReceived: 2, openReceivedRequests: 2 });
  // An abandoned one counts on.
  first[Symbol.dispose]();
  assertStats(client, { messagesSent: 2, openSentRequests: 2 });
  await two.request.sendResponse(1, "");
  await second.recvResponse();
  assertStats(client, {
    messagesSent: 2,
    messagesReceived: 1,
    openSentRequests: 1,
  });
  assertStats(server, {
    messagesSent: 1,
    messagesReceived: 2,
    openReceivedRequests: 1,
  });
  await one.request.sendResponse(1, "");
  await server.sendStream(1, "");
  await nextStream(client);
  assertStats(client, {
    messagesSent: 2,
    messagesReceived: 3,
    droppedMessages: 1,
  });
});

conformance("the inbox counts messages and errors", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Request, 0, 1, ""],
    [Stream, 0, 1, ""],
    [Response, 77, 1, ""],
    [Stream, 0, 1, ""],
    [Request, 1, 1, ""],
  ]);
  const { request } = await nextRequest(peer);
  await until(scene, peer, ({ messagesReceived }) => messagesReceived === 5);
  assertStats(peer, {
    messagesReceived: 5,
    openReceivedRequests: 2,
    inboxMessages: 4,
    errors: 1,
  });
  await nextStream(peer);
  await rejectsWith("unknown-request-id", () => peer.recvMessage());
  await nextStream(peer);
  assertStats(peer, {
    messagesReceived: 5,
    openReceivedRequests: 2,
    inboxMessages: 1,
    errors: 1,
  });
  await nextRequest(peer);
  await request.sendResponse(1, "");
});

conformance("what waits to be written counts until it is", async (scene) => {
  const body = new Uint8Array(8000);
  const [peer, raw] = await scene.raw();
  assertEquals(peer.stats().queuedBytes, 0);
  let sent = 0;
  // Nobody reads: sends go through until the transport and the queue are full.
  const sending = (async () => {
    for (; sent < 4000; sent++) await peer.sendStream(sent, body);
  })().catch(() => {});
  await scene.pace();
  const { queuedBytes, bytesSent } = peer.stats();
  assertGreater(queuedBytes, 1024 * 1024 - 1);
  const head = scene.transport.headLen;
  const total = (sent + 1) * (head + body.length);
  // A write that is under way counts as a whole until it has ended.
  assertGreater(queuedBytes + bytesSent + 2 * body.length, total - 65536);
  for (let i = 0; i < 4000; i++) await raw.recv();
  await sending;
  await until(scene, peer, ({ queuedBytes }) => queuedBytes === 0);
  assertEquals(peer.stats().queuedBytes, 0);
  assertEquals(peer.stats().bytesSent, 4000 * (head + body.length));
});
