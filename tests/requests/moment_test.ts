/** The time at which requests begin: one for all of a read, or in front of a write. */
import { assertEquals } from "@std/assert";
import { Moment } from "../../peer/moment.ts";
import { HandClock } from "../support/hand_clock.ts";

Deno.test("a moment is the same until the next read or write, and whole milliseconds", () => {
  const clock = new HandClock();
  clock.turn(1000.5);
  let reads = 0;
  const moment = new Moment({
    now: () => (reads++, clock.now()),
    start: (...args) => clock.start(...args),
  });
  assertEquals([moment.ms, moment.elapsed], [0, 0]);
  moment.pass();
  clock.turn(7.9);
  reads = 0;
  assertEquals([moment.ms, moment.ms, reads], [7, 7, 1]);
  clock.turn(10);
  assertEquals([moment.ms, moment.elapsed], [7, 17]);
  moment.pass();
  assertEquals(moment.ms, 17);
});
