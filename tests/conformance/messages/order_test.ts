/** The order of messages, where the write queue is full too. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream } from "../../support/expect.ts";
import type { Scene } from "../../support/scene.ts";

/** Fills the write queue at once, with no effect on the order to be seen. */
const FULL = { writeQueueBytes: 1 };

/** A request that is open on both sides. */
async function openRequest(scene: Scene, options: { writeQueueBytes: number }) {
  const [client, server] = await scene.pair(options);
  const sent = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  return { sent, request };
}

conformance("a response goes out behind waiting updates", async (scene) => {
  const { sent, request } = await openRequest(scene, FULL);
  // The first one fills the queue; the others wait for room.
  const sends = [
    request.sendUpdate(1, "a"),
    request.sendUpdate(2, "b"),
    request.writeHandle().sendUpdate(3, "c"),
    request.sendResponse(4, "d"),
  ];
  const results = await Promise.allSettled(sends);
  assertEquals(results.map(({ status }) => status), [
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
  const got: string[] = [];
  for await (const update of sent) got.push(update.text());
  got.push((await sent.recvResponse()).text());
  assertEquals(got, ["a", "b", "c", "d"]);
});

conformance("an error response goes behind waiting updates", async (scene) => {
  const { sent, request } = await openRequest(scene, FULL);
  const sends = [
    request.sendUpdate(1, "a"),
    request.sendUpdate(2, "b"),
    request.sendErrorResponse("c"),
  ];
  await Promise.all(sends);
  const got: string[] = [];
  for await (const update of sent) got.push(update.text());
  const response = await sent.recvResponse();
  assert(response.isError);
  assertEquals([...got, response.text()], ["a", "b", "c"]);
});

conformance(
  "a response waits for its updates, and no second one begins",
  async (scene) => {
    const { sent, request } = await openRequest(scene, FULL);
    const sends = [
      request.sendUpdate(1, "a"),
      request.sendUpdate(2, "b"),
      request.sendResponse(3, "c"),
      request.sendUpdate(4, "too late"),
      request.sendResponse(5, "too late"),
    ];
    const results = await Promise.allSettled(sends);
    assertEquals(results.map(({ status }) => status), [
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    assertEquals((await sent.recvUpdate())?.text(), "a");
    assertEquals((await sent.recvUpdate())?.text(), "b");
    assertEquals((await sent.recvResponse()).text(), "c");
  },
);

conformance("disposing doesn't overtake a waiting response", async (scene) => {
  const { sent, request } = await openRequest(scene, FULL);
  const sends = [
    request.sendUpdate(1, "a"),
    request.sendUpdate(2, "b"),
    request.sendResponse(3, "c"),
  ];
  request[Symbol.dispose]();
  await Promise.allSettled(sends);
  const got: string[] = [];
  for await (const update of sent) got.push(update.text());
  const response = await sent.recvResponse();
  assert(!response.isError);
  assertEquals([...got, response.text()], ["a", "b", "c"]);
});

conformance(
  "messages of one request arrive in the order sent",
  async (scene) => {
    const count = 200;
    const texts = Array.from(
      { length: count },
      (_, i) => `${i}`.repeat(i % 40),
    );
    const options = { writeQueueBytes: 1000 };
    const { sent, request } = await openRequest(scene, options);
    const there = texts.map((text, i) => sent.sendUpdate(i, text));
    const back = texts.map((text, i) => request.sendUpdate(i, text));
    for (const side of [request, sent]) {
      for (let i = 0; i < count; i++) {
        const update = await side.recvUpdate();
        assertEquals(update?.header.serviceId, i);
        assertEquals(update?.text(), texts[i]);
      }
    }
    await Promise.all([...there, ...back]);
    await request.sendResponse(1, "");
    await sent.recvResponse();
  },
);

conformance("stream messages arrive in the order sent", async (scene) => {
  const [left, right] = await scene.pair({ writeQueueBytes: 2000 });
  const count = 300;
  const sends = Array.from(
    { length: count },
    (_, i) => left.sendStream(i, new Uint8Array(i * 7)),
  );
  for (let i = 0; i < count; i++) {
    const { header, body } = await nextStream(right);
    assertEquals(header.type, MessageType.Stream);
    assertEquals(header.requestId, 0);
    assertEquals(header.serviceId, i);
    assertEquals(body.data.length, i * 7);
  }
  await Promise.all(sends);
});

conformance("requests may be answered in any order", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await Promise.all(
    ["a", "b", "c"].map((text) => client.sendRequest(1, text)),
  );
  const received = [];
  for (let i = 0; i < 3; i++) received.push(await nextRequest(server));
  for (const { request, body } of received.toReversed()) {
    await request.sendResponse(1, `${body.text()}!`);
  }
  const texts = await Promise.all(
    sent.map((request) => request.recvResponse()),
  );
  assertEquals(texts.map((message) => message.text()), ["a!", "b!", "c!"]);
});
