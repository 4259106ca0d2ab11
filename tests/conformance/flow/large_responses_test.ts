/** Responses from 256 KiB on, which aren't copied at once, and large sends at closing. */
import { assert, assertEquals } from "@std/assert";
import { equals } from "@std/bytes";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, nextRequest, nextStream } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { sized } from "../../support/suite/long.ts";
import type { PairOptions, Scene, TestPeer } from "../../support/scene.ts";
import { numberedBody } from "../../support/bodies/numbered_body.ts";

const { Request, Stream } = MessageType;
const KIB = 1024;
/** Room for all that a test sends. */
const QUEUE = 48 * KIB * KIB;

/** Options with which the longest bodies pass that are needed here. */
function optionsFor(scene: Scene): PairOptions {
  return { ...scene.limits(scene.transport.capacity), writeQueueBytes: QUEUE };
}

/** The length of a body that the transport doesn't take while nobody reads. */
function hugeIn({ transport }: Scene): number {
  return Math.min(transport.capacity, transport.maxBodyLen);
}

/**
 * Sends so many bodies of service 0 that `more` of the length are not taken; none where
 * one body alone is more than the transport takes.
 */
function fill(scene: Scene, peer: TestPeer, more = 1): Promise<void>[] {
  const length = hugeIn(scene);
  const count = Math.ceil(scene.transport.capacity / length) - more;
  const body = new Uint8Array(length);
  return Array.from({ length: count }, () => peer.sendStream(0, body));
}

conformance(
  "a large response settles when reading pauses, and arrives as it was",
  async (scene) => {
    const options = { ...optionsFor(scene), maxInboxMessages: 2 };
    const [peer, raw] = await scene.raw(options);
    await raw.send(Request, 7, 1);
    const { request } = await nextRequest(peer);
    const filling = fill(scene, peer);
    const body = numberedBody(1, hugeIn(scene));
    const sending = request.sendResponse(1, body);
    // Nobody reads it, and what the peer would have to take first piles up.
    const piling = Array.from({ length: 3 }, (_, i) => raw.send(Stream, 0, i));
    await sending;
    body.fill(0xee);
    for (const _ of filling) {
      assertEquals((await raw.recv())?.header.type, Stream);
    }
    const response = await raw.recv();
    assertEquals(response?.header.requestId, 7);
    assert(equals(response!.body.data, numberedBody(1, body.length)));
    for (let i = 0; i < 3; i++) {
      assertEquals((await nextStream(peer)).header.serviceId, i);
    }
    await Promise.all([...piling, ...filling]);
  },
);

conformance(
  "a large response that begins while reading is paused settles",
  async (scene) => {
    const options = { ...optionsFor(scene), maxInboxMessages: 1 };
    const [peer, raw] = await scene.raw(options);
    await raw.send(Request, 7, 1);
    const { request } = await nextRequest(peer);
    await raw.send(Stream, 0, 0);
    await scene.pace();
    const filling = fill(scene, peer);
    const body = numberedBody(2, hugeIn(scene));
    await request.sendResponse(1, body);
    body.fill(0xee);
    for (const _ of filling) {
      assertEquals((await raw.recv())?.header.type, Stream);
    }
    assert(equals((await raw.recv())!.body.data, numberedBody(2, body.length)));
    await nextStream(peer);
    await Promise.all(filling);
  },
);

conformance(
  "a server that awaits each large response goes on, however slow the client reads",
  async (scene) => {
    const length = Math.min(300 * KIB, scene.transport.maxBodyLen);
    const count = sized(24, 40);
    const [peer, raw] = await scene.raw({
      ...optionsFor(scene),
      maxInboxMessages: 2,
      replyQueueBytes: 64 * length,
    });
    const body = new Uint8Array(length);
    const serving = (async () => {
      for await (const message of peer) {
        assert(message.kind === "request");
        body.set(numberedBody(message.request.requestId, length));
        await message.request.sendResponse(1, body);
        body.fill(0xee);
      }
    })();
    // They are all on their way before the first response is read.
    const asking = Promise.all(
      Array.from({ length: count }, (_, id) => raw.send(Request, id, 1)),
    );
    for (let id = 0; id < count; id++) {
      const response = await raw.recv();
      assertEquals(response?.header.requestId, id);
      assert(
        equals(response!.body.data, numberedBody(id, length)),
        `response ${id}`,
      );
    }
    await asking;
    await raw.end();
    await serving;
  },
);

conformance("large sends in flight at closing are written", async (scene) => {
  const [peer, raw] = await scene.raw(optionsFor(scene));
  await raw.send(Request, 0, 1);
  await raw.send(Request, 1, 1);
  const first = await nextRequest(peer);
  const second = await nextRequest(peer);
  const length = Math.min(3 * KIB * KIB, scene.transport.maxBodyLen);
  const sends = [
    peer.sendStream(1, numberedBody(1, length)),
    first.request.sendUpdate(2, numberedBody(2, length)),
    first.request.sendResponse(3, numberedBody(3, length)),
    second.request.sendResponse(4, numberedBody(4, length)),
  ];
  const all = Promise.all(sends);
  const closing = peer.close();
  for (let number = 1; number <= 4; number++) {
    const message = await raw.recv();
    assertEquals(message?.header.serviceId, number);
    assert(equals(message!.body.data, numberedBody(number, length)));
  }
  assertEquals(await raw.recv(), null);
  await all;
  await closing;
  assertEquals(await peer.closed, null);
});

conformance(
  "large sends that nobody reads fail when closeTimeout is over, and not before",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({
      ...optionsFor(scene),
      clock,
      closeTimeout: 500,
      stallTimeout: 0,
    });
    await raw.send(Request, 7, 1);
    const { request } = await nextRequest(peer);
    // The transport is full already when they come.
    const length = Math.min(512 * KIB, scene.transport.maxBodyLen);
    const filling = fill(scene, peer, 0);
    const sends = [
      peer.sendStream(1, numberedBody(1, length)),
      peer.sendRequest(1, numberedBody(2, length)),
      request.sendUpdate(1, numberedBody(3, length)),
      request.sendResponse(1, numberedBody(4, length)),
    ];
    const all = Promise.allSettled([...sends, ...filling]);
    const closing = peer.close();
    await scene.pace();
    clock.turn(499);
    await scene.pace();
    assert(await isPending(closing));
    clock.turn(1);
    await closing;
    assertEquals(await peer.closed, null);
    for (const result of await all) {
      // What was copied is all that its sender waits for.
      if (result.status === "fulfilled") continue;
      assertEquals(result.reason.code, "connection-closed");
    }
    const copied = scene.transport.copiesLargeBodies;
    assertEquals((await all)[1]?.status, copied ? "fulfilled" : "rejected");
    assertEquals(clock.pending, 0);
    await raw.close();
  },
);
