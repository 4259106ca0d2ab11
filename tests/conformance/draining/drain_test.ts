/** `drain`: what is open finishes, nothing new is taken, and the connection closes. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextRequest, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";

conformance(
  "a connection without open requests closes at once",
  async (scene) => {
    const [left, right] = await scene.pair();
    await left.drain();
    assertEquals(await left.closed, null);
    assertEquals(await right.closed, null);
    await left.drain();
  },
);

conformance("open requests of the other side finish", async (scene) => {
  const [client, server] = await scene.pair();
  const first = await client.sendRequest(1, "");
  const second = await client.sendRequest(2, "");
  const { request: one } = await nextRequest(server);
  const { request: two } = await nextRequest(server);
  const drained = server.drain();
  await one.sendUpdate(10, "half done");
  await one.sendResponse(1, "done");
  assertEquals((await first.recvUpdate())?.text(), "half done");
  assertEquals((await first.recvResponse()).text(), "done");
  assert(await isPending(drained));
  await second.sendUpdate(11, "go on");
  assertEquals((await two.recvUpdate())?.text(), "go on");
  await two.sendResponse(2, "done too");
  assertEquals((await second.recvResponse()).text(), "done too");
  await drained;
  assertEquals(await client.closed, null);
});

conformance("open requests of this side finish", async (scene) => {
  const [client, server] = await scene.pair();
  const call = client.call(1, "");
  const { request } = await nextRequest(server);
  const drained = client.drain();
  await request.sendResponse(1, "done");
  assertEquals((await call).text(), "done");
  await drained;
  assertEquals(await server.closed, null);
});

conformance("new requests are refused as unavailable", async (scene) => {
  const [client, server] = await scene.pair();
  const open = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  const drained = server.drain();
  const error = await rejectsWith("remote-error", () => client.call(2, ""));
  assertEquals(error.reason, "unavailable");
  await request.sendResponse(1, "");
  await open.recvResponse();
  await drained;
});

conformance(
  "requests that nobody has taken are refused, stream messages are not dropped",
  async (scene) => {
    const [client, server] = await scene.pair();
    const open = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const waiting = [];
    for (const id of [2, 3]) {
      waiting.push(await client.sendRequest(id, ""));
      await client.sendStream(id, `behind ${id}`);
    }
    while (server.stats().inboxMessages < 4) await scene.pace(1);
    const drained = server.drain();
    for (const request of waiting) {
      const response = await request.recvResponse();
      assert(response.isError);
      assert(response.text().startsWith("unavailable: "), response.text());
    }
    for (const id of [2, 3]) {
      const message = await server.recvMessage();
      assert(message?.kind === "stream");
      assertEquals(message.message.text(), `behind ${id}`);
    }
    await request.sendResponse(1, "");
    await open.recvResponse();
    await drained;
  },
);

conformance(
  "the side that drains goes on sending while a request is open",
  async (scene) => {
    const [client, server] = await scene.pair();
    const serving = client.serve({ 5: () => "asked back" });
    const open = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const drained = server.drain();
    assertEquals((await server.call(5, "")).text(), "asked back");
    assert(await isPending(drained));
    await request.sendResponse(1, "");
    await open.recvResponse();
    await drained;
    await rejectsWith("connection-closed", () => server.call(5, ""));
    await serving;
  },
);

conformance("a request that waits for its permit is sent", async (scene) => {
  const [client, server] = await scene.pair({ maxOpenSentRequests: 1 });
  const calls = [1, 2, 3].map((id) => client.call(id, ""));
  const drained = client.drain();
  for (const id of [1, 2, 3]) {
    const { request } = await nextRequest(server);
    assertEquals(request.serviceId, id);
    await request.sendResponse(id, `${id}`);
  }
  assertEquals(
    (await Promise.all(calls)).map((response) => response.text()),
    ["1", "2", "3"],
  );
  await drained;
});

conformance(
  "a request that this side has cancelled isn't waited for",
  async (scene) => {
    const [client, server] = await scene.pair();
    const cancelled = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const drained = client.drain();
    assert(await isPending(drained));
    cancelled[Symbol.dispose]();
    // The other side may answer it still, and ends then.
    assertEquals(await request.recvUpdate().catch(() => null), null);
    request[Symbol.dispose]();
    await drained;
    assertEquals(await server.closed, null);
  },
);

conformance(
  "after the grace the rest is closed, and its signals fire",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({ clock });
    const call = client.call(1, "");
    call.catch(() => {});
    const { request } = await nextRequest(server);
    const { signal } = request;
    const drained = server.drain({ grace: 700 });
    clock.turn(699);
    assert(await isPending(drained));
    assert(!signal.aborted);
    clock.turn(1);
    assert(signal.aborted);
    await drained;
    assertEquals(
      (await rejectsWith("remote-error", () => call)).reason,
      "failed",
    );
  },
);

conformance(
  "drainTimeout is the default, and the shortest grace counts",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({ clock, drainTimeout: 500 });
    const call = client.call(1, "");
    call.catch(() => {});
    const { request } = await nextRequest(server);
    const first = server.drain({ grace: Infinity });
    const second = server.closeHandle().drain();
    clock.turn(499);
    assert(await isPending(second));
    clock.turn(1);
    assert(request.signal.aborted);
    await Promise.all([first, second]);
    await rejectsWith("remote-error", () => call);
  },
);

conformance("a grace that is no time is refused", async (scene) => {
  const [left] = await scene.pair();
  for (const grace of [-1, NaN]) {
    await assertRejects(() => left.drain({ grace }), RangeError, "grace");
  }
  assertEquals(left.stats().openSentRequests, 0);
  await left.sendStream(1, "");
});

conformance("draining can end in a close", async (scene) => {
  const [client, server] = await scene.pair();
  const call = client.call(1, "");
  call.catch(() => {});
  await nextRequest(server);
  const drained = server.drain();
  await server.close();
  await drained;
  await rejectsWith("remote-error", () => call);
});

conformance("both sides may drain at once", async (scene) => {
  const [left, right] = await scene.pair();
  const calls = [left.call(1, ""), right.call(2, "")];
  const { request: ofLeft } = await nextRequest(right);
  const { request: ofRight } = await nextRequest(left);
  const drained = [left.drain(), right.drain()];
  await ofLeft.sendResponse(1, "one");
  await ofRight.sendResponse(2, "two");
  assertEquals(
    (await Promise.all(calls)).map((response) => response.text()),
    ["one", "two"],
  );
  await Promise.all(drained);
});

conformance("each half drains the connection", async (scene) => {
  const [left, right] = await scene.pair();
  const [reader, writer] = left.split();
  await Promise.all([reader.drain(), writer.drain()]);
  assertEquals(await right.closed, null);
});
