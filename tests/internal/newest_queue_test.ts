import { assertEquals } from "@std/assert";
import { NewestQueue } from "../../internal/newest_queue.ts";
import { Prng } from "../fuzz/prng.ts";

/** A queue of so many numbers, and what it has dropped. */
function queueOf(limit: number): [NewestQueue<number>, number[]] {
  const dropped: number[] = [];
  return [
    new NewestQueue<number>(limit, (item) => dropped.push(item)),
    dropped,
  ];
}

Deno.test("A NewestQueue gives what it holds in the order it came", () => {
  const [queue, dropped] = queueOf(3);
  assertEquals(queue.shift(), undefined);
  for (const item of [1, 2, 3]) queue.push(item);
  assertEquals([queue.length, queue.dropped, dropped], [3, 0, []]);
  assertEquals([queue.shift(), queue.shift(), queue.shift()], [1, 2, 3]);
  assertEquals([queue.length, queue.shift()], [0, undefined]);
});

Deno.test("One item more than its limit drops the oldest of a NewestQueue", () => {
  const [queue, dropped] = queueOf(2);
  for (const item of [1, 2, 3, 4]) queue.push(item);
  assertEquals([queue.length, queue.dropped, dropped], [2, 2, [1, 2]]);
  assertEquals(queue.shift(), 3);
  queue.push(5);
  assertEquals([queue.dropped, queue.drain()], [2, [4, 5]]);
  assertEquals([queue.length, queue.dropped, dropped], [0, 2, [1, 2]]);
});

Deno.test("A NewestQueue of one holds the latest", () => {
  const [queue, dropped] = queueOf(1);
  for (const item of [1, 2, 3]) queue.push(item);
  assertEquals([queue.length, queue.shift(), dropped], [1, 3, [1, 2]]);
});

Deno.test("A dropped item has left the NewestQueue when it is given back", () => {
  const seen: [number, number[]][] = [];
  const queue: NewestQueue<number> = new NewestQueue(
    2,
    (item) => seen.push([item, queue.drain()]),
  );
  for (const item of [1, 2, 3]) queue.push(item);
  assertEquals(seen, [[1, [2, 3]]]);
});

for (const seed of [1, 2, 3]) {
  Deno.test(`A NewestQueue does what an array does, in 20000 random steps (seed ${seed})`, () => {
    const random = new Prng(seed);
    const limit = random.int(1, 2000);
    const [queue, dropped] = queueOf(limit);
    const model: number[] = [];
    const gone: number[] = [];
    for (let step = 0; step < 20_000; step++) {
      if (random.int(0, 99) < 70) {
        queue.push(step);
        model.push(step);
        if (model.length > limit) gone.push(model.shift()!);
      } else assertEquals(queue.shift(), model.shift(), `step ${step}`);
      assertEquals(queue.length, model.length, `step ${step}`);
    }
    assertEquals([queue.dropped, dropped], [gone.length, gone]);
    assertEquals(queue.drain(), model);
  });
}
