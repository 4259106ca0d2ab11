/** Bodies that wait in the inbox leave the chunk that they came in; delivered ones are left alone. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { equals } from "@std/bytes";
import type { StreamBody } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { nextRequest, nextStream } from "../support/expect.ts";
import { frame, frames, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown } from "../ending/support.ts";

const KIB = 1024;
const SMALL = 8;
/** The memory that short bodies share, of which one keeps all; less than a chunk. */
const SHARED = 4 * KIB;

/** One chunk: a small body, and behind it a large one whose id is taken, so that nobody keeps it. */
function chunk(type: number, id: number): Uint8Array<ArrayBuffer> {
  return frames(
    frame(type, id, 1, new Uint8Array(SMALL).fill(id)),
    frame(REQUEST, 4_000_000_000, 2, new Uint8Array(7 * KIB)),
  );
}

/** The bytes that a body keeps in memory. */
function kept({ data }: StreamBody): number {
  return data.buffer.byteLength;
}

Deno.test("Small bodies that wait don't keep the chunks they came in", async () => {
  await using victim = new Victim();
  await victim.say(frame(REQUEST, 4_000_000_000, 2));
  const { request } = await nextRequest(victim.peer);
  const count = 20;
  for (let i = 0; i < count; i++) await victim.say(chunk(STREAM, i));
  await settleDown(victim);
  for (let i = 0, taken = 0; taken < count; i++) {
    const message = await victim.peer.recvMessage().catch(() => null);
    if (message === null) continue;
    assert(message.kind === "stream" && i < 3 * count);
    const { body } = message.message;
    assert(equals(body.data, new Uint8Array(SMALL).fill(taken)));
    // Those of the last chunk may still share it.
    if (++taken < count) assert(kept(body) <= SHARED, `body ${taken}`);
  }
  request[Symbol.dispose]();
});

Deno.test("The data of a delivered body stays the same object", async () => {
  await using victim = new Victim();
  await victim.say(frame(REQUEST, 4_000_000_000, 2));
  const { request } = await nextRequest(victim.peer);
  // The rest of its chunk is in the inbox when it is delivered.
  const first = frames(
    ...[1, 2, 3, 4].map((i) =>
      frame(STREAM, i, i, new Uint8Array(SMALL).fill(i))
    ),
    frame(REQUEST, 4_000_000_000, 2, new Uint8Array(7 * KIB)),
  );
  await victim.say(first);
  await settleDown(victim);
  const bodies = [await nextStream(victim.peer), await nextStream(victim.peer)]
    .map(({ body }) => body);
  const before = bodies.map(({ data }) => data);
  for (let i = 5; i < 50; i++) await victim.say(chunk(STREAM, i));
  await settleDown(victim);
  for (const [i, body] of bodies.entries()) {
    assertStrictEquals(body.data, before[i]);
    assert(equals(body.data, new Uint8Array(SMALL).fill(i + 1)));
    assert(kept(body) > 7 * KIB);
  }
  for (const i of [3, 4]) {
    const { body } = await nextStream(victim.peer);
    assert(equals(body.data, new Uint8Array(SMALL).fill(i)));
    assert(kept(body) <= SHARED);
  }
  request[Symbol.dispose]();
});

conformance(
  "the data of delivered bodies stays the same, however they are taken",
  async (scene) => {
    const [left, right] = await scene.pair();
    const held: [StreamBody, Uint8Array, number][] = [];
    const count = 600;
    const sending = (async () => {
      for (let i = 0; i < count; i++) {
        const length = i % 10 === 0 ? 6000 : i % 7;
        await left.sendStream(i, new Uint8Array(length).fill(i));
      }
    })();
    for (let i = 0; i < count; i++) {
      const { body } = await nextStream(right);
      held.push([body, body.data, i]);
      // Sometimes what comes piles up first.
      if (i % 50 === 0) await scene.pace(1);
    }
    await sending;
    for (const [body, data, i] of held) {
      assertStrictEquals(body.data, data);
      const length = i % 10 === 0 ? 6000 : i % 7;
      assert(equals(data, new Uint8Array(length).fill(i)), `body ${i}`);
    }
  },
);

Deno.test("Beyond 256 open requests small bodies don't keep the chunks they came in", async () => {
  await using victim = new Victim();
  const { peer } = victim;
  const held: { id: number; body: StreamBody }[] = [];
  const count = 600;
  const never = Promise.withResolvers<void>();
  const serving = peer.serve({
    1: (request, body) => {
      held.push({ id: request.requestId, body });
      return never.promise;
    },
  }, { stream: () => {} });
  for (let id = 0; id < count; id++) {
    await victim.say(frames(
      frame(REQUEST, id, 1, new Uint8Array(SMALL).fill(id)),
      frame(STREAM, 0, 1, new Uint8Array(7 * KIB)),
    ));
  }
  await settleDown(victim);
  assertEquals(held.length, count);
  let pinned = 0;
  for (const { id, body } of held) {
    assert(equals(body.data, new Uint8Array(SMALL).fill(id)), `body ${id}`);
    if (kept(body) > SHARED) pinned++;
  }
  assert(pinned <= 256, `${pinned} chunks are kept`);
  never.resolve();
  await victim.hear(count);
  victim.wire.output.endReads();
  await serving;
});

Deno.test("Beyond 256 open requests a body that is most of its chunk isn't copied", async () => {
  await using victim = new Victim();
  const { peer } = victim;
  const bodies: StreamBody[] = [];
  const never = Promise.withResolvers<void>();
  const serving = peer.serve({
    1: (_request, body) => {
      bodies.push(body);
      return never.promise;
    },
  });
  for (let id = 0; id < 300; id++) {
    await victim.say(frame(REQUEST, id, 1, new Uint8Array(4 * KIB)));
  }
  await settleDown(victim);
  for (const body of bodies) assertEquals(kept(body), 4 * KIB + 16);
  assertEquals(bodies.length, 300);
  never.resolve();
  await victim.hear(300);
  victim.wire.output.endReads();
  await serving;
});
