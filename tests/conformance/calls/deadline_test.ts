/** The timeouts of requests: by the clock of this side, and by that of the other one. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { until } from "../../support/stats.ts";

const { Request, Response, Stream, RequesterUpdate } = MessageType;
const { METADATA, CANCEL } = reservedId;

conformance("a call ends when its time is up", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock });
  const calling = rejectsWith(
    "deadline-exceeded",
    () => peer.call(3, "", { timeout: 500 }),
  );
  await raw.recv();
  clock.turn(499);
  assertEquals(peer.stats().openSentRequests, 1);
  clock.turn(1);
  const error = await calling;
  assertEquals(
    [error.side, error.limit, error.serviceId, error.outcome, error.fatal],
    ["local", 500, 3, "unknown", false],
  );
  // The id stays reserved until the response, which is dropped.
  await raw.sendBatch([[Response, 0, 3, "late"], [Stream, 0, 1, "behind"]]);
  assertEquals((await nextStream(peer)).text(), "behind");
  assertEquals(peer.stats().openSentRequests, 0);
});

conformance("callTimeout is the default of calls alone", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock, callTimeout: 100 });
  const limited = rejectsWith("deadline-exceeded", () => peer.call(1, ""));
  const unlimited = peer.call(2, "", { timeout: Infinity });
  const request = await peer.sendRequest(3, "");
  for (let i = 0; i < 3; i++) await raw.recv();
  clock.turn(1000);
  assertEquals((await limited).limit, 100);
  await raw.sendBatch([0, 1, 2].map((id) => [Response, id, 1, `${id}`]));
  assertEquals((await unlimited).text(), "1");
  assertEquals((await request.recvResponse()).text(), "2");
});

conformance("the time includes waiting for room", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock, maxOpenSentRequests: 1 });
  const first = peer.call(1, "");
  await raw.recv();
  const waiting = rejectsWith(
    "deadline-exceeded",
    () => peer.call(2, "", { timeout: 50 }),
  );
  clock.turn(50);
  assertEquals((await waiting).outcome, "not-sent");
  await raw.send(Response, 0, 1, "");
  await first;
  // Nothing of it is left: the place is free for the next one.
  const next = peer.call(4, "");
  assertEquals((await raw.recv())?.header.serviceId, 4);
  await raw.send(Response, 1, 4, "");
  await next;
});

conformance(
  "a request that is answered has no timer any more",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({ clock, extensions: true });
    server.serve({ 1: () => "done" });
    await client.call(1, "");
    const before = clock.pending;
    for (let i = 0; i < 10; i++) await client.call(1, "", { timeout: 1000 });
    assertEquals(clock.pending, before);
  },
);

conformance(
  "with extensions the rest of the time travels, and the server's signal fires by itself",
  async (scene) => {
    const [left, right] = await scene.link();
    const [here, there] = [new HandClock(), new HandClock()];
    const client = scene.spawn(left, { extensions: true }, here);
    const server = scene.spawn(right, { extensions: true }, there);
    const calling = rejectsWith(
      "deadline-exceeded",
      () => client.call(1, "", { timeout: 500 }),
    );
    const { request } = await nextRequest(server);
    assertEquals(request.metadata, {});
    const { signal } = request;
    there.turn(499);
    assertEquals([signal.aborted, request.closed], [false, false]);
    there.turn(1);
    assertEquals([signal.aborted, request.closed], [true, true]);
    assertEquals(signal.reason.code, "deadline-exceeded");
    const error = await calling;
    assertEquals(
      [error.side, error.reason, error.outcome],
      ["remote", "deadline-exceeded", "unknown"],
    );
  },
);

conformance(
  "a request whose time is up before it is taken is never handed over",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({ clock });
    await raw.sendBatch([
      [Stream, 1, METADATA, '{"timeout-ms":"10"}'],
      [Request, 1, 1, "one"],
      [Stream, 2, METADATA, '{"timeout-ms":"0"}'],
      [Request, 2, 1, "two"],
    ]);
    const second = await raw.recv();
    assertEquals(second?.header.requestId, 2);
    assert(second?.text().startsWith("deadline-exceeded: "));
    await until(scene, peer, (stats) => stats.inboxMessages === 1);
    clock.turn(10);
    const first = await raw.recv();
    assertEquals(first?.header.requestId, 1);
    assert(first?.text().startsWith("deadline-exceeded: "));
    assertEquals(peer.stats().inboxMessages, 0);
    await raw.send(Stream, 0, 3, "behind");
    assertEquals((await nextStream(peer)).text(), "behind");
  },
);

conformance("a timeout cancels at the other side", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock, extensions: true });
  const calling = rejectsWith(
    "deadline-exceeded",
    () => peer.call(1, "", { timeout: 20 }),
  );
  const metadata = await raw.recv();
  assertEquals(
    [metadata?.header.type, metadata?.header.serviceId, metadata?.text()],
    [Stream, METADATA, '{"timeout-ms":"20"}'],
  );
  await raw.recv();
  clock.turn(20);
  await calling;
  assertEquals(await raw.recvPlain(), [RequesterUpdate, 0, CANCEL, ""]);
  await raw.send(Response, 0, -1, "canceled: as you like");
  await until(scene, peer, (stats) => stats.openSentRequests === 0);
});

conformance("a timeout has to be a number of at least 1", async (scene) => {
  const [peer] = await scene.pair();
  for (const timeout of [0, -1, NaN, "5" as unknown as number]) {
    const error = await peer.call(1, "", { timeout }).catch((error) => error);
    assert(error instanceof RangeError, `${error}`);
    assert(error.message.includes("timeout must be a number"), error.message);
  }
  const [transport, other] = await scene.link();
  assertThrows(() => scene.spawn(transport, { callTimeout: 0 }), RangeError);
  await Promise.all([transport.close(), other.close()]);
});
