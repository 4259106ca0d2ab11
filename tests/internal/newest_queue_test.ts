import { assertEquals } from "@std/assert";
import { NewestQueue } from "../../internal/queue.ts";
import { Prng } from "../fuzz/prng.ts";

/** Pushes items; gives what was dropped. */
function pushAll(queue: NewestQueue<number>, items: number[]): number[] {
  return items.map((item) => queue.push(item)).filter((each) =>
    each !== undefined
  );
}

Deno.test("A NewestQueue gives what it holds in the order it came", () => {
  const queue = new NewestQueue<number>(3);
  assertEquals(queue.shift(), undefined);
  assertEquals(pushAll(queue, [1, 2, 3]), []);
  assertEquals([queue.length, queue.dropped], [3, 0]);
  assertEquals([queue.shift(), queue.shift(), queue.shift()], [1, 2, 3]);
  assertEquals([queue.length, queue.shift()], [0, undefined]);
});

Deno.test("One item more than its limit drops the oldest of a NewestQueue, and gives it back", () => {
  const queue = new NewestQueue<number>(2);
  assertEquals(pushAll(queue, [1, 2, 3, 4]), [1, 2]);
  assertEquals([queue.length, queue.dropped], [2, 2]);
  assertEquals([2, 3].map((item) => queue.some((each) => each === item)), [
    false,
    true,
  ]);
  assertEquals(queue.shift(), 3);
  assertEquals(queue.push(5), undefined);
  assertEquals([queue.dropped, queue.drain()], [2, [4, 5]]);
  assertEquals([queue.length, queue.dropped], [0, 2]);
});

Deno.test("A NewestQueue of one holds the latest", () => {
  const queue = new NewestQueue<number>(1);
  assertEquals(pushAll(queue, [1, 2, 3]), [1, 2]);
  assertEquals([queue.length, queue.shift()], [1, 3]);
});

for (const seed of [1, 2, 3]) {
  Deno.test(`A NewestQueue does what an array does, in 20000 random steps (seed ${seed})`, () => {
    const random = new Prng(seed);
    const limit = random.int(1, 2000);
    const queue = new NewestQueue<number>(limit);
    const model: number[] = [];
    let dropped = 0;
    for (let step = 0; step < 20_000; step++) {
      const where = `seed ${seed}, step ${step}`;
      if (random.int(0, 99) < 70) {
        model.push(step);
        const oldest = model.length > limit ? model.shift() : undefined;
        if (oldest !== undefined) dropped++;
        assertEquals(queue.push(step), oldest, where);
      } else assertEquals(queue.shift(), model.shift(), where);
      assertEquals([queue.length, queue.dropped], [model.length, dropped]);
    }
    assertEquals(queue.drain(), model);
    assertEquals(dropped > 0, true);
  });
}
