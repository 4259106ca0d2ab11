import { assertEquals } from "@std/assert";
import { IdTable } from "../../peer/requests/request_tracker.ts";

const LAST_ID = 2 ** 32 - 1;

/** Adds and takes ids that `next` gives, and compares with a Map after each step. */
function compare(steps: number, next: (step: number) => number): void {
  const table = new IdTable<string>();
  const model = new Map<number, string>();
  for (let step = 0; step < steps; step++) {
    const id = next(step);
    if (model.has(id)) {
      assertEquals(table.take(id), model.get(id));
      model.delete(id);
    } else {
      table.add(id, `${id}`);
      model.set(id, `${id}`);
    }
    assertEquals(table.size, model.size);
    assertEquals(table.get(id), model.get(id));
  }
  for (const [id, entry] of model) assertEquals(table.get(id), entry);
  assertEquals([...table.values()].sort(), [...model.values()].sort());
  assertEquals(table.drain().sort(), [...model.values()].sort());
  assertEquals(table.size, 0);
  for (const id of model.keys()) assertEquals(table.take(id), undefined);
}

/** The same numbers each time, evenly spread from 0 to 1. */
function numbers(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

Deno.test("A table agrees with a Map: ids that follow each other, 200 open", () => {
  compare(20_000, (step) => step < 200 ? step : (step % 2) * 200 + (step >> 1));
});

Deno.test("A table agrees with a Map: ids that follow each other past the last one", () => {
  compare(2000, (step) => (LAST_ID - 500 + step) >>> 0);
});

Deno.test("A table agrees with a Map: any ids", () => {
  const random = numbers(1);
  compare(5000, () => Math.floor(random() * 2 ** 32));
});

Deno.test("A table agrees with a Map: a few ids, again and again", () => {
  const random = numbers(2);
  compare(20_000, () => Math.floor(random() * 100) * 64);
});

Deno.test("A table agrees with a Map: ids that all have the same place", () => {
  compare(2000, (step) => (step * 2 ** 17) >>> 0);
});

Deno.test("A table agrees with a Map: more ids than it has places", () => {
  compare(150_000, (step) => step);
});

Deno.test("A table agrees with a Map: what a transport of the user's takes for ids", () => {
  const ids = [-1, LAST_ID, 2 ** 32, 0, 0.5, 63.5, -64, NaN, Infinity, 2 ** 53];
  compare(5 * ids.length, (step) => ids[(3 * step) % ids.length]!);
  const random = numbers(3);
  compare(5000, () => Math.floor(random() * 400) / 2 - 100);
});

Deno.test("An entry that stays doesn't get in the way of those that come and go", () => {
  const table = new IdTable<string>();
  table.add(7, "stays");
  for (let id = 8; id < 5000; id++) {
    table.add(id, `${id}`);
    assertEquals(table.take(id), `${id}`);
  }
  assertEquals(table.get(7), "stays");
  assertEquals([...table.values()], ["stays"]);
});
