/** Wrong arguments are TypeErrors and RangeErrors, and change nothing. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type BodyInput,
  MemoryTransport,
  Peer,
  type PeerOptions,
  type StreamConfig,
} from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest } from "../../support/expect.ts";

conformance("a wrong body is a TypeError", async (scene) => {
  const [left, right] = await scene.pair();
  const sent = await left.sendRequest(1, "");
  const { request } = await nextRequest(right);
  for (const wrong of [42, null, undefined, true, {}, [1], { data: 42 }]) {
    const body = wrong as unknown as BodyInput;
    for (
      const send of [
        () => left.sendStream(1, body),
        () => left.sendRequest(1, body),
        () => left.call(1, body),
        () => sent.sendUpdate(1, body),
        () => request.sendUpdate(1, body),
        () => request.sendResponse(1, body),
      ]
    ) await assertRejects(async () => await send(), TypeError);
  }
  assertEquals(left.stats().openSentRequests, 1);
  await request.sendResponse(1, "still open");
  assertEquals((await sent.recvResponse()).text(), "still open");
});

conformance("descriptors that can't be sent are a TypeError", async (scene) => {
  const [left] = await scene.pair();
  const body = { data: "", fds: [{}] };
  await assertRejects(
    async () => await left.sendStream(1, body as unknown as string),
    TypeError,
  );
});

conformance("a wrong service id is a RangeError", async (scene) => {
  const [left, right] = await scene.pair();
  const sent = await left.sendRequest(1, "");
  const { request } = await nextRequest(right);
  for (const wrong of [2 ** 31, -(2 ** 31) - 1, 0.5, NaN, Infinity]) {
    for (
      const send of [
        () => left.sendStream(wrong, ""),
        () => left.sendRequest(wrong, ""),
        () => left.call(wrong, ""),
        () => sent.sendUpdate(wrong, ""),
        () => request.sendUpdate(wrong, ""),
        () => request.sendResponse(wrong, ""),
      ]
    ) await assertRejects(async () => await send(), RangeError);
  }
  assertEquals(left.stats().openSentRequests, 1);
  await request.sendResponse(2 ** 31 - 1, "");
  assertEquals((await sent.recvResponse()).header.serviceId, 2 ** 31 - 1);
});

Deno.test("a wrong limit of a peer is a RangeError", () => {
  const names = [
    "maxOpenSentRequests",
    "maxOpenReceivedRequests",
    "maxInboxMessages",
    "maxInboxBytes",
    "maxRequestInboxMessages",
    "maxRequestInboxBytes",
    "writeQueueBytes",
    "replyQueueBytes",
    "stallTimeout",
    "closeTimeout",
  ] as const;
  const [transport] = MemoryTransport.pair();
  for (const name of names) {
    for (const wrong of [-1, NaN, "5", null]) {
      const options = { [name]: wrong } as unknown as PeerOptions;
      const error = assertThrows(
        () => new Peer(transport, options),
        RangeError,
      );
      assertEquals(error.message.includes(name), true, error.message);
    }
  }
  for (const name of names.slice(0, 8)) {
    assertThrows(() => new Peer(transport, { [name]: 0 }), RangeError);
  }
  // The transport is still free.
  return Peer.spawn(transport, { stallTimeout: 0, closeTimeout: 0 }).close();
});

Deno.test("a wrong limit of a byte stream is a RangeError", () => {
  for (const name of ["maxBodyLenRead", "maxBodyLenWrite"]) {
    for (const wrong of [-1, 0.5, NaN, 2 ** 32, "5"]) {
      const config = { [name]: wrong } as unknown as StreamConfig;
      assertThrows(() => MemoryTransport.pair(config), RangeError);
    }
  }
  const config = { endian: "middle" } as unknown as StreamConfig;
  assertThrows(() => MemoryTransport.pair(config), TypeError);
});

Deno.test("a transport belongs to one peer", async () => {
  const [transport] = MemoryTransport.pair();
  const peer = Peer.spawn(transport);
  assertThrows(() => Peer.spawn(transport), TypeError);
  assertThrows(() => transport.readable, TypeError);
  assertThrows(() => transport.writable, TypeError);
  await peer.close();
});

Deno.test("a peer that doesn't run yet queues, and can be closed", async () => {
  const [a, b] = MemoryTransport.pair();
  const peer = new Peer(a);
  const sent = peer.handle.sendStream(1, "early");
  const running = peer.run();
  await using other = Peer.spawn(b);
  await sent;
  assertEquals((await other.recvMessage())?.kind, "stream");
  await peer.handle.close();
  assertEquals(await running, null);

  const [c] = MemoryTransport.pair();
  const idle = new Peer(c);
  await idle.handle.close();
  assertEquals(await idle.handle.closed, null);
  assertEquals(await idle.run(), null);
});
