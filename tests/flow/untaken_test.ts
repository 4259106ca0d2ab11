/** Peers whose messages nobody takes: what is dropped, refused and said. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { nextRequest, nextStream } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown } from "../ending/support.ts";

const { Request, Response, Stream } = MessageType;

conformance(
  "a client that only calls gets its response past stream messages that nobody takes",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, raw] = await scene.raw({
      maxInboxMessages: 10,
      onError: (error) => errors.push(error),
    });
    const calling = client.call(1, "");
    await raw.recv();
    for (let i = 0; i < 100; i++) await raw.send(Stream, 0, i);
    await raw.send(Response, 0, 1, "answer");
    assertEquals((await calling).text(), "answer");
    const { inboxMessages, droppedMessages, reading } = client.stats();
    assertEquals([inboxMessages, droppedMessages], [10, 90]);
    assertEquals(reading.paused, false);
    assertEquals(errors.length, 1);
    assert(errors[0] instanceof RpcError);
    assertEquals(errors[0].code, "limit-exceeded");
    // Those that it holds can still be taken.
    for (let i = 0; i < 10; i++) {
      assertEquals((await nextStream(client)).header.serviceId, i);
    }
  },
);

conformance(
  "requests that nobody has taken yet are kept, though calls wait",
  async (scene) => {
    const [client, raw] = await scene.raw({
      maxInboxMessages: 10,
      onError: () => {},
    });
    const calling = client.call(1, "");
    await raw.recv();
    const sending = (async () => {
      for (let id = 0; id < 5; id++) await raw.send(Request, id, 1);
      for (let i = 0; i < 20; i++) await raw.send(Stream, 0, i);
      for (let id = 5; id < 9; id++) await raw.send(Request, id, 1);
      await raw.send(Response, 0, 1, "answer");
    })();
    await Promise.all([calling, sending]);
    const ids: number[] = [];
    for (let left = client.stats().inboxMessages; left > 0; left--) {
      const message = await client.recvMessage();
      if (message?.kind !== "request") continue;
      ids.push(message.request.requestId);
      await message.request.sendResponse(1, "");
    }
    assertEquals(ids, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  },
);

conformance(
  "a peer that has taken a message pauses, and drops nothing",
  async (scene) => {
    const [client, raw] = await scene.raw({ maxInboxMessages: 10 });
    await raw.send(Stream, 0, 0);
    await nextStream(client);
    const calling = client.call(1, "");
    await raw.recv();
    const sending = (async () => {
      for (let i = 1; i <= 2000; i++) {
        await raw.send(Stream, 0, i, new Uint8Array(500));
      }
      await raw.send(Response, 0, 1, "answer");
    })();
    for (let i = 1; i <= 2000; i++) {
      assertEquals((await nextStream(client)).header.serviceId, i);
    }
    await Promise.all([calling, sending]);
    assertEquals(client.stats().droppedMessages, 0);
  },
);

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`Calls that wait while reading is paused for 5 s are said, once (${kind})`, async () => {
    const errors: unknown[] = [];
    await using victim = new Victim({
      kind,
      maxInboxMessages: 1,
      stallTimeout: 0,
      onError: (error) => errors.push(error),
    });
    const { peer, clock } = victim;
    await victim.say(frame(STREAM, 0, 0));
    await nextStream(peer);
    const calling = assertRejects(() => peer.call(1, ""), RpcError);
    await victim.say(frame(STREAM, 0, 1), frame(STREAM, 0, 2));
    await settleDown(victim);
    const { reading } = peer.stats();
    assert(reading.paused && reading.by === "inbox");
    for (let i = 0; i < 20 && errors.length === 0; i++) {
      clock.turn(1000);
      await turns();
      await settleDown(victim);
    }
    assert(errors[0] instanceof RpcError, `${errors[0]}`);
    assert(errors[0].message.includes("maxInboxMessages"));
    clock.turn(100_000);
    await settleDown(victim);
    assertEquals(errors.length, 1);
    victim.wire.close();
    await peer.close();
    await calling;
  });

  Deno.test(`Without calls that wait a pause is nobody's business (${kind})`, async () => {
    const errors: unknown[] = [];
    await using victim = new Victim({
      kind,
      maxInboxMessages: 1,
      onError: (error) => errors.push(error),
    });
    await victim.say(frame(STREAM, 0, 1), frame(STREAM, 0, 2));
    await settleDown(victim);
    assertEquals(victim.peer.stats().reading.paused, true);
    assertEquals(victim.clock.pending, 0);
    assertEquals(errors, []);
  });

  Deno.test(`Where nobody reads the responses and the inbox is full, requests give way in each tenth of stallTimeout until reading goes on (${kind})`, async () => {
    await using victim = new Victim({
      kind,
      maxInboxMessages: 3,
      replyQueueBytes: 1,
      stallTimeout: 10_000,
      writes: { capacity: 1 },
    });
    const { peer, clock } = victim;
    let served = 0;
    peer.serve({
      1: () => {
        served++;
        return "answer";
      },
    });
    const requests = Array.from(
      { length: 8 },
      (_, id) => frame(REQUEST, id, 1),
    );
    await victim.say(...requests);
    await settleDown(victim);
    const { refusedRequests, reading } = peer.stats();
    assertEquals([served, refusedRequests], [1, 0]);
    assert(reading.paused && reading.by === "inbox");
    clock.turn(999);
    await settleDown(victim);
    assertEquals(peer.stats().refusedRequests, 0);
    clock.turn(1);
    await settleDown(victim);
    // The inbox holds fewer than 3 now.
    assertEquals(peer.stats().refusedRequests, 1);
    assertEquals(peer.stats().reading.paused, true);
    // Nothing is lost: each request gets one answer.
    await victim.hear(requests.length);
    assertEquals(
      victim.said.map(({ requestId }) => requestId).sort(),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    const refused = victim.said.filter(({ serviceId }) => serviceId === -1);
    assertEquals(refused.map(({ requestId }) => requestId), [1]);
    assertEquals(served, 7);
  });
}

Deno.test("A timer that is late costs no request", async () => {
  await using victim = new Victim({
    maxInboxMessages: 3,
    replyQueueBytes: 1,
    stallTimeout: 10_000,
    writes: { capacity: 1 },
  });
  victim.peer.serve({ 1: () => "answer" });
  await victim.say(
    ...Array.from({ length: 8 }, (_, id) => frame(REQUEST, id, 1)),
  );
  await settleDown(victim);
  victim.clock.freeze(60_000);
  await settleDown(victim);
  assertEquals(victim.peer.stats().refusedRequests, 0);
});

conformance("a request that was taken isn't refused", async (scene) => {
  const [client, server] = await scene.pair({ right: { replyQueueBytes: 1 } });
  const calling = client.call(1, "");
  const { request } = await nextRequest(server);
  await request.sendResponse(1, "mine");
  assertEquals((await calling).text(), "mine");
});
