/** A timer for the shortest of several times. */
import { assertEquals } from "@std/assert";
import { GraceTimer } from "../../peer/ending/stall_timeout.ts";
import { HandClock } from "../support/hand_clock.ts";

Deno.test("the shortest time counts, whenever it was set, and there is one timer", () => {
  const clock = new HandClock();
  let calls = 0;
  const timer = new GraceTimer(clock, () => calls++);
  timer.start(100);
  timer.start(200);
  clock.turn(10);
  timer.start(50);
  assertEquals(clock.pending, 1);
  clock.turn(49);
  assertEquals(calls, 0);
  clock.turn(1);
  assertEquals([calls, clock.pending], [1, 0]);
});

Deno.test("a timer that is stopped doesn't call back, and can be started again", () => {
  const clock = new HandClock();
  let calls = 0;
  const timer = new GraceTimer(clock, () => calls++);
  timer.start(10);
  timer.stop();
  assertEquals(clock.pending, 0);
  timer.start(20);
  clock.turn(20);
  assertEquals(calls, 1);
});
