/** Who iterates over the updates of a request, and when that changes. */
import { assertEquals, assertRejects } from "@std/assert";
import { UpdateIterations } from "../../../interface/client/update_iterations.ts";

/** How many iterations are open, and how often they have moved. */
function figures({ open, moves }: UpdateIterations): [number, number] {
  return [open, moves];
}

Deno.test("an iteration is open from its first update to its end, and tells each move", async () => {
  const iterations = new UpdateIterations();
  const updates = [1, 2, null];
  const iteration = iterations.iterate(() =>
    Promise.resolve(updates.shift() ?? null)
  );
  assertEquals(figures(iterations), [0, 0]);
  const moved = iterations.moved;
  assertEquals(await iteration.next(), { done: false, value: 1 });
  await moved;
  assertEquals(figures(iterations), [1, 1]);
  assertEquals(await iteration.next(), { done: false, value: 2 });
  assertEquals(figures(iterations), [1, 2]);
  assertEquals((await iteration.next()).done, true);
  // It has asked, and has ended.
  assertEquals(figures(iterations), [0, 4]);
  assertEquals((await iteration.next()).done, true);
  assertEquals(figures(iterations), [0, 4]);
});

Deno.test("an iteration that is left, or fails, has ended, which is a move", async () => {
  const iterations = new UpdateIterations();
  const left = iterations.iterate(() => Promise.resolve(1));
  await left.next();
  const moved = iterations.moved;
  await left.return!();
  await moved;
  assertEquals(figures(iterations), [0, 2]);
  await left.return!();
  assertEquals(figures(iterations), [0, 2]);
  const failing = iterations.iterate(() => Promise.reject(new Error("lost")));
  await assertRejects(() => failing.next(), Error, "lost");
  assertEquals(figures(iterations), [0, 4]);
});

Deno.test("one that is left before its first update was never open", async () => {
  const iterations = new UpdateIterations();
  await iterations.iterate(() => Promise.resolve(1)).return!();
  assertEquals(figures(iterations), [0, 0]);
});
