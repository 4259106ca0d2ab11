import { assertEquals } from "@std/assert";
import { Queue } from "../../internal/queue.ts";
import { Prng } from "../fuzz/prng.ts";

function fifoOf(...items: number[]): Queue<number> {
  const fifo = new Queue<number>();
  for (const item of items) fifo.push(item);
  return fifo;
}

Deno.test("A Queue gives its items in the order they came", () => {
  const fifo = fifoOf(1, 2, 3);
  assertEquals(fifo.length, 3);
  assertEquals([fifo.shift(), fifo.shift()], [1, 2]);
  fifo.push(4);
  assertEquals(fifo.length, 2);
  assertEquals([fifo.shift(), fifo.shift(), fifo.shift()], [3, 4, undefined]);
  assertEquals(fifo.length, 0);
});

Deno.test("An empty Queue gives undefined, and stays usable", () => {
  const fifo = fifoOf();
  assertEquals(fifo.shift(), undefined);
  assertEquals(fifo.shift(), undefined);
  assertEquals(fifo.length, 0);
  assertEquals(fifo.drain(), []);
  fifo.push(1);
  assertEquals(fifo.shift(), 1);
});

Deno.test("drain() takes what is left, in order", () => {
  const fifo = fifoOf(1, 2, 3, 4);
  fifo.shift();
  assertEquals(fifo.drain(), [2, 3, 4]);
  assertEquals(fifo.length, 0);
  assertEquals(fifo.shift(), undefined);
  fifo.push(5);
  assertEquals(fifo.drain(), [5]);
});

Deno.test("remove() takes one item out, wherever it is", () => {
  for (const [item, left] of [[2, [3, 4]], [3, [2, 4]], [4, [2, 3]]] as const) {
    const fifo = fifoOf(1, 2, 3, 4);
    fifo.shift();
    assertEquals(fifo.remove(item), true);
    assertEquals(fifo.length, 2);
    assertEquals(fifo.remove(item), false);
    assertEquals(fifo.drain(), [...left]);
  }
});

Deno.test("remove() doesn't find what has been taken", () => {
  const fifo = fifoOf(1, 2);
  fifo.shift();
  assertEquals(fifo.remove(1), false);
  assertEquals(fifo.drain(), [2]);
});

Deno.test("remove() of the last item leaves an empty Queue", () => {
  const fifo = fifoOf(1, 2);
  fifo.shift();
  assertEquals(fifo.remove(2), true);
  assertEquals([fifo.length, fifo.shift()], [0, undefined]);
  fifo.push(3);
  assertEquals([fifo.length, fifo.shift()], [1, 3]);
});

Deno.test("remove() takes the first of equal items", () => {
  const fifo = fifoOf(1, 2, 1);
  assertEquals(fifo.remove(1), true);
  assertEquals(fifo.drain(), [2, 1]);
});

for (const seed of [1, 2, 3]) {
  Deno.test(`A Queue does what an array does, in 20000 random steps (seed ${seed})`, () => {
    const random = new Prng(seed);
    const fifo = new Queue<number>();
    let model: number[] = [];
    let filling = true;
    for (let step = 0; step < 20_000; step++) {
      const where = `seed ${seed}, step ${step}`;
      if (random.oneIn(2000)) filling = !filling;
      const roll = random.int(0, 99);
      if (roll < (filling ? 65 : 35)) {
        fifo.push(step);
        model.push(step);
      } else if (roll < 97) {
        assertEquals(fifo.shift(), model.shift(), where);
      } else if (roll < 99 || model.length === 0) {
        const item = random.int(0, step);
        const index = model.indexOf(item);
        assertEquals(fifo.remove(item), index >= 0, where);
        if (index >= 0) model.splice(index, 1);
      } else if (random.oneIn(40)) {
        assertEquals(fifo.drain(), model, where);
        model = [];
      }
      assertEquals(fifo.length, model.length, where);
    }
    assertEquals(fifo.drain(), model, `seed ${seed}, at the end`);
  });
}
