import { assertEquals } from "@std/assert";
import { Queue } from "../../internal/queue.ts";
import { Prng } from "../fuzz/prng.ts";

function queueOf(...items: number[]): Queue<number> {
  const queue = new Queue<number>();
  for (const item of items) queue.push(item);
  return queue;
}

Deno.test("A Queue gives its items in the order they came", () => {
  const queue = queueOf(1, 2, 3);
  assertEquals(queue.length, 3);
  assertEquals([queue.shift(), queue.shift()], [1, 2]);
  queue.push(4);
  assertEquals(queue.length, 2);
  assertEquals([queue.shift(), queue.shift(), queue.shift()], [
    3,
    4,
    undefined,
  ]);
  assertEquals(queue.length, 0);
});

Deno.test("An empty Queue gives undefined, and stays usable", () => {
  const queue = queueOf();
  assertEquals(queue.shift(), undefined);
  assertEquals(queue.shift(), undefined);
  assertEquals(queue.length, 0);
  assertEquals(queue.drain(), []);
  queue.push(1);
  assertEquals(queue.shift(), 1);
});

Deno.test("drain() takes what is left, in order", () => {
  const queue = queueOf(1, 2, 3, 4);
  queue.shift();
  assertEquals(queue.drain(), [2, 3, 4]);
  assertEquals(queue.length, 0);
  assertEquals(queue.shift(), undefined);
  queue.push(5);
  assertEquals(queue.drain(), [5]);
});

Deno.test("peek() gives the first item, which stays", () => {
  const queue = queueOf(1, 2);
  assertEquals([queue.peek(), queue.peek(), queue.length], [1, 1, 2]);
  queue.shift();
  assertEquals(queue.peek(), 2);
  queue.shift();
  assertEquals(queue.peek(), undefined);
});

Deno.test("keep() drops what the test refuses, and keeps the order", () => {
  const queue = queueOf(1, 2, 3, 4, 5);
  queue.shift();
  queue.keep((item) => item % 2 === 1);
  assertEquals([queue.length, queue.shift(), queue.shift()], [2, 3, 5]);
  queue.push(6);
  assertEquals(queue.drain(), [6]);
});

for (const seed of [1, 2, 3]) {
  Deno.test(`A Queue does what an array does, in 20000 random steps (seed ${seed})`, () => {
    const random = new Prng(seed);
    const queue = new Queue<number>();
    let model: number[] = [];
    let filling = true;
    for (let step = 0; step < 20_000; step++) {
      const where = `seed ${seed}, step ${step}`;
      if (random.oneIn(2000)) filling = !filling;
      const roll = random.int(0, 99);
      if (roll < (filling ? 65 : 35)) {
        queue.push(step);
        model.push(step);
      } else if (roll < 97) {
        assertEquals(queue.shift(), model.shift(), where);
      } else if (roll < 99 || model.length === 0) {
        const item = random.int(0, step);
        queue.keep((each) => each !== item);
        model = model.filter((each) => each !== item);
        assertEquals(queue.peek(), model[0], where);
      } else if (random.oneIn(40)) {
        assertEquals(queue.drain(), model, where);
        model = [];
      }
      assertEquals(queue.length, model.length, where);
    }
    assertEquals(queue.drain(), model, `seed ${seed}, at the end`);
  });
}
