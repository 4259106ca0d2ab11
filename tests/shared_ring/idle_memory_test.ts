/** What a connection gives back when it is idle; with the clock by hand. */
import { assertEquals } from "@std/assert";
import { IdleMemory } from "../../transports/shared_ring/idle_memory.ts";
import { HandClock } from "../support/hand_clock.ts";

const KIB = 1024;

Deno.test("memory is given back a second after the last of much traffic", () => {
  const clock = new HandClock();
  let given = 0;
  const idle = new IdleMemory(clock, () => given++);
  idle.begin(100 * KIB);
  clock.turn(999);
  assertEquals(given, 0);
  clock.turn(1);
  assertEquals(given, 1);
  // Nothing has gone through since.
  idle.begin(100 * KIB);
  assertEquals(clock.pending, 0);
});

Deno.test("traffic in between puts it off", () => {
  const clock = new HandClock();
  let given = 0;
  const idle = new IdleMemory(clock, () => given++);
  for (let second = 1; second < 10; second++) {
    idle.begin(100 * KIB * second);
    clock.turn(1000);
    assertEquals(given, second === 1 ? 1 : given);
    given = 0;
    idle.begin(100 * KIB * second + 50 * KIB);
    clock.turn(500);
    idle.begin(100 * KIB * second + 60 * KIB);
    clock.turn(500);
    assertEquals(given, 0);
    clock.turn(1000);
    assertEquals(given, 1);
    given = 0;
  }
});

Deno.test("little traffic starts no timer", () => {
  const clock = new HandClock();
  const idle = new IdleMemory(clock, () => {});
  idle.begin(0);
  idle.begin(32 * KIB);
  assertEquals(clock.pending, 0);
  idle.begin(33 * KIB);
  assertEquals(clock.pending, 1);
  idle.end();
  assertEquals(clock.pending, 0);
});
