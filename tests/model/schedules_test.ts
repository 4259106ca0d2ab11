/** Random schedules, with seeds: `deno task fuzz` runs more of them. */
import { sized } from "../support/suite/long.ts";
import { check } from "./check.ts";

const SEEDS = [1, 2, 3, 4];

Deno.test("what both sides see in random schedules is what the model allows", async () => {
  const runs = sized(200, 2000);
  // They wait for timers, so that four at a time take little more than one.
  const found = await Promise.all(SEEDS.map((seed) => check({ seed, runs })));
  for (const one of found) if (one !== null) throw one.error;
});
