/** The stop of a call whose signal fires: when it crosses the response, and when it really fails. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

const { Response, RequesterUpdate } = MessageType;
const STOP = 9;

for (const queued of [0, 1, 5]) {
  conformance(
    `a stop that waits behind ${queued} sends and crosses the response is no error`,
    async (scene) => {
      const errors: unknown[] = [];
      const [client, raw] = await scene.raw({
        writeQueueBytes: 1,
        onError: (error) => errors.push(error),
      });
      const aborter = new AbortController();
      const calling = client.call(1, "", {
        signal: aborter.signal,
        onAbort: { serviceId: STOP },
      }).then(() => null, (error) => error);
      assertEquals((await raw.recv())?.header.serviceId, 1);
      await until(scene, client, ({ queuedBytes }) => queuedBytes === 0);
      // The first one is queued, the others and the stop wait for it.
      const sends = Array.from(
        { length: queued },
        (_, i) => client.sendStream(100 + i, ""),
      );
      const before = client.stats().messagesReceived;
      const reason = new Error("enough");
      aborter.abort(reason);
      assertEquals(await calling, reason);
      await raw.send(Response, 0, 1, "late");
      await Promise.all(sends);
      await until(
        scene,
        client,
        ({ messagesReceived }) => messagesReceived > before,
      );
      for (let i = 0; i < queued; i++) {
        assertEquals((await raw.recv())?.header.serviceId, 100 + i);
      }
      await until(
        scene,
        client,
        ({ openSentRequests }) => openSentRequests === 0,
      );
      await client.sendStream(200, "after it");
      // The stop may have been written before the response came.
      let last = await raw.recv();
      if (last?.header.type === RequesterUpdate) {
        assertEquals(last.header.serviceId, STOP);
        last = await raw.recv();
      }
      assertEquals(last?.header.serviceId, 200);
      assertEquals(errors, []);
    },
  );
}

conformance(
  "a stop whose response comes while it waits for room is dropped without an error",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      ...scene.limits(1 << 20),
      left: { writeQueueBytes: 1, onError: (error) => errors.push(error) },
      right: { maxInboxMessages: 1 },
    });
    const aborter = new AbortController();
    const calling = client.call(1, "", {
      signal: aborter.signal,
      onAbort: { serviceId: STOP },
    }).then(() => null, ({ name }) => name);
    const { request } = await nextRequest(server);
    // More than the way holds, so that a stop finds no room.
    const body = new Uint8Array(Math.min(100_000, scene.transport.maxBodyLen));
    const count = 2 * Math.ceil(scene.transport.capacity / body.length);
    const sends = Array.from(
      { length: count },
      (_, i) => client.sendStream(i, body),
    );
    await scene.pace(10);
    assert(client.stats().queuedBytes > 0);
    aborter.abort();
    assertEquals(await calling, "AbortError");
    await request.sendResponse(1, "");
    await until(
      scene,
      client,
      ({ openSentRequests }) => openSentRequests === 0,
    );
    assertEquals(client.stats().openSentRequests, 0);
    for (let i = 0; i < count; i++) {
      assertEquals((await nextStream(server)).header.serviceId, i);
    }
    await Promise.all(sends);
    await client.sendStream(1000, "after it");
    assertEquals((await nextStream(server)).header.serviceId, 1000);
    assertEquals(errors, []);
    assertEquals(server.stats().lateUpdates, 0);
  },
);

conformance("a stop that is too long is reported", async (scene) => {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    maxBodyLenRead: 100,
    maxBodyLenWrite: 100,
    left: { onError: (error) => errors.push(error) },
  });
  const aborter = new AbortController();
  const calling = client.call(1, "", {
    signal: aborter.signal,
    onAbort: { serviceId: STOP, body: new Uint8Array(101) },
  }).then(() => null, ({ name }) => name);
  const { request } = await nextRequest(server);
  aborter.abort();
  assertEquals(await calling, "AbortError");
  await scene.pace(2);
  assertEquals(errors.length, 1);
  assert(errors[0] instanceof RpcError);
  assertEquals(errors[0].code, "payload-too-large");
  await request.sendResponse(1, "");
});

conformance(
  "a stop that gets through is taken by the other side, once",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      left: { onError: (error) => errors.push(error) },
    });
    const aborter = new AbortController();
    const calling = client.call(1, "", {
      signal: aborter.signal,
      onAbort: { serviceId: STOP, body: "stop" },
    }).then(() => null, ({ name }) => name);
    const { request } = await nextRequest(server);
    aborter.abort();
    assertEquals(await calling, "AbortError");
    const update = await request.recvUpdate();
    assertEquals([update?.header.serviceId, update?.text()], [STOP, "stop"]);
    await request.sendResponse(1, "");
    await until(
      scene,
      client,
      ({ openSentRequests }) => openSentRequests === 0,
    );
    assertEquals(errors, []);
    assertEquals(client.stats().droppedMessages, 1);
  },
);
