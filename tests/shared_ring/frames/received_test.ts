/** What a receiver does with frames, and what becomes of those that it doesn't take. */
import { assert, assertEquals } from "@std/assert";
import { body, defineInterface } from "../../../interface/mod.ts";
import { cbor } from "../../../interface/formats/cbor.ts";
import { json } from "../../../interface/formats/json.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { raw } from "../../../interface/formats/raw.ts";
import { sharedBytes } from "../../../protocol/body.ts";
import {
  assertFilled,
  frameOf,
  frameTest,
  LEN,
  soon,
  uses,
} from "./support.ts";

const encoder = new TextEncoder();

frameTest("text and JSON are read out of a copy", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner);
  const text = JSON.stringify("x".repeat(LEN));
  for (let i = 0; i < 2; i++) {
    using lease = pool.lend(text.length);
    lease.bytes.set(encoder.encode(text));
    await owner.sendStream(1, lease);
  }
  using first = await frameOf(viewer);
  assert(sharedBytes in first.body);
  assertEquals(first.text(), text);
  using second = await frameOf(viewer);
  assertEquals(second.json(), JSON.parse(text));
});

const VALUE = "y".repeat(LEN);

for (const format of [json, msgpack, cbor, raw]) {
  frameTest(
    `a value in ${format.name} is decoded from a copy, and the frame released`,
    async (scene) => {
      const Log = defineInterface({
        name: "Log",
        format,
        services: {
          add: { id: 1, request: body<unknown>(), response: body<unknown>() },
        },
      });
      const [owner, viewer] = scene.pair();
      const pool = scene.pool(owner);
      const data = format.encode(VALUE);
      const bytes = typeof data === "string"
        ? encoder.encode(data)
        : data as Uint8Array;
      const seen: unknown[] = [];
      const serving = Log.serve(viewer, {
        add: (value) => {
          seen.push(value);
          return "done";
        },
      });
      using lease = pool.lend(bytes.length);
      lease.bytes.set(bytes);
      await owner.call(1, lease);
      lease.release();
      assertEquals(uses(pool), [1, 0]);
      const [value] = seen;
      assertEquals(
        value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
        VALUE,
      );
      await owner.close();
      await serving;
    },
  );
}

frameTest(
  "a view that a worker has been given isn't written to again",
  async (scene) => {
    const [owner, viewer] = scene.pair();
    const pool = scene.pool(owner);
    {
      using lease = pool.lend(LEN);
      lease.bytes.fill(1);
      await owner.sendStream(1, lease);
    }
    const frame = await frameOf(viewer);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(frame.body.data, [frame.body.data.buffer]);
    const there: Uint8Array = await new Promise((resolve) => {
      port2.onmessage = ({ data }) => resolve(data);
    });
    port1.close();
    port2.close();
    frame[Symbol.dispose]();
    // Given up by its owner.
    assertEquals(uses(pool), [0, 0]);
    {
      using lease = pool.lend(LEN);
      lease.bytes.fill(2);
      await owner.sendStream(1, lease);
    }
    using next = await frameOf(viewer);
    assertFilled(next.body.data, 2);
    assertFilled(there, 1);
  },
);

frameTest("what nobody takes is released", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(null);
  const send = async (id: number): Promise<void> => {
    using lease = pool.lend(LEN);
    await owner.sendStream(id, lease);
  };
  // By `keep`.
  const subscription = viewer.subscribe(1, { keep: "latest" });
  for (let i = 0; i < 5; i++) await send(1);
  await send(2);
  (await frameOf(viewer))[Symbol.dispose]();
  assertEquals(subscription.dropped, 4);
  assertEquals(pool.stats().lent, 1);
  subscription[Symbol.dispose]();
  assertEquals(pool.stats().lent, 0);
  // By an interface that knows the stream, and nobody has asked for it.
  const release = viewer.declareStreams(
    [{ id: 3, fullName: "Camera.frames" }],
    "subscribed",
  );
  await send(3);
  await send(2);
  (await frameOf(viewer))[Symbol.dispose]();
  assertEquals(pool.stats().lent, 0);
  release();
  // Left in the inbox when the connection ends.
  for (let i = 0; i < 3; i++) await send(2);
  await owner.ping();
  assertEquals(pool.stats().lent, 3);
  await viewer.close();
  await owner.close();
  assertEquals(uses(pool)[1], 0);
});

frameTest("with the receiver all its counts go", async (scene) => {
  const [owner, viewer] = scene.pair();
  const [other, second] = scene.pair();
  const pool = scene.pool(null);
  {
    using lease = pool.lend(LEN);
    lease.bytes.fill(4);
    for (let i = 0; i < 3; i++) await owner.sendStream(1, lease);
    await other.sendStream(1, lease);
  }
  using kept = await frameOf(second);
  using taken = await frameOf(viewer);
  assertEquals(uses(pool), [1, 1]);
  await viewer.close();
  await owner.close();
  // Still its own, for as long as it likes.
  assertFilled(taken.body.data, 4);
  assertEquals(uses(pool), [1, 1]);
  kept[Symbol.dispose]();
  assertEquals(uses(pool), [1, 0]);
});

frameTest("without the owner views stay as they are", async (scene) => {
  const [owner, viewer] = scene.pair();
  const frames = [];
  {
    const pool = scene.pool(owner);
    for (let i = 1; i <= 3; i++) {
      using lease = pool.lend(LEN);
      lease.bytes.fill(i);
      await owner.sendStream(1, lease);
      frames.push(await frameOf(viewer));
    }
    pool.close();
    assertEquals(uses(pool), [0, 0]);
  }
  frames.shift()![Symbol.dispose]();
  // It goes on with another pool, whose regions get the numbers that are free.
  const pool = scene.pool(owner);
  {
    using lease = pool.lend(LEN);
    lease.bytes.fill(9);
    await owner.sendStream(1, lease);
  }
  frames.push(await frameOf(viewer));
  await owner.close();
  await viewer.close();
  for (const [i, byte] of [2, 3, 9].entries()) {
    assertFilled(frames[i]!.body.data, byte);
    frames[i]![Symbol.dispose]();
    assertEquals(frames[i]!.body.data.length, 0);
  }
});

frameTest("more regions than numbers take turns", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner, { maxRegions: 100 });
  for (let round = 0; round < 2; round++) {
    const leases = Array.from({ length: 100 }, () => pool.lend(LEN));
    for (const [i, lease] of leases.entries()) {
      lease.bytes.fill(i);
      await owner.sendStream(1, lease);
      lease.release();
      using frame = await frameOf(viewer);
      assertFilled(frame.body.data, i);
    }
  }
  assertEquals(uses(pool), [100, 0]);
});

frameTest("regions of several sizes are used at once", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner);
  const serving = viewer.serve({
    1: (_request, body) => {
      using frame = body;
      return `${frame.data.length}`;
    },
  });
  for (const size of [LEN, 1024 * 1024, LEN + 1]) {
    using lease = pool.lend(size);
    const answer = await soon(owner.call(1, lease));
    assertEquals(answer.text(), `${size}`);
  }
  await owner.close();
  await serving;
});
