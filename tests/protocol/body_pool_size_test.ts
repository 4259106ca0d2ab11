import { assertEquals } from "@std/assert";
import { BodyPool, PooledBody } from "../../protocol/large_body.ts";

const MIB = 1024 * 1024;

/** Gives bodies of such lengths to a pool, and asks for them back. */
function kept(lengths: readonly number[]): number[] {
  const pool = new BodyPool();
  const bodies = lengths.map((length) => new Uint8Array(length));
  for (const body of bodies) {
    pool.give(body);
    assertEquals(body.length, 0, "it is given away, kept or not");
  }
  return lengths.filter((length) => pool.take(length) !== null);
}

Deno.test("A pool keeps 32 MiB, and nothing beyond", () => {
  assertEquals(kept([16 * MIB, 16 * MIB]), [16 * MIB, 16 * MIB]);
  assertEquals(kept([16 * MIB, 16 * MIB + 1]), [16 * MIB]);
  assertEquals(kept([8 * MIB, 8 * MIB, 8 * MIB, 8 * MIB, 1]), [
    8 * MIB,
    8 * MIB,
    8 * MIB,
    8 * MIB,
  ]);
  assertEquals(kept([30 * MIB, 3 * MIB, 2 * MIB]), [30 * MIB, 2 * MIB]);
});

Deno.test("A pool keeps one buffer, whatever its length", () => {
  assertEquals(kept([33 * MIB]), [33 * MIB]);
  assertEquals(kept([33 * MIB, 1]), [33 * MIB]);
  assertEquals(kept([1, 33 * MIB]), [1]);
});

Deno.test("A pool takes a buffer once", () => {
  const pool = new BodyPool();
  const body = new PooledBody(new Uint8Array(100), pool);
  body[Symbol.dispose]();
  body[Symbol.dispose]();
  pool.give(body.data);
  assertEquals(pool.take(100)?.byteLength, 100);
  assertEquals(pool.take(100), null);
  // What was lent again isn't the old body's any more.
  body[Symbol.dispose]();
  assertEquals(pool.take(100), null);
});

Deno.test("What a pool gives back is the whole buffer of the body", () => {
  const pool = new BodyPool();
  new PooledBody(new Uint8Array(new ArrayBuffer(150), 0, 100), pool)
    [Symbol.dispose]();
  assertEquals(pool.take(150)?.byteLength, 150);
});
