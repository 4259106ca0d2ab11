import { assertEquals } from "@std/assert";
import { type Progress, StallWatch } from "../../peer/ending/stall_watch.ts";
import { HandClock } from "../support/hand_clock.ts";

const PERIOD = 1000;
const LEAST = 10;

/** A watch on a hand-turned clock, and what it sees. */
class Scene {
  readonly clock = new HandClock();
  readonly watch: StallWatch;
  progress: Progress | null = null;
  stalls = 0;
  looks = 0;

  constructor(period = PERIOD, least = LEAST) {
    this.watch = new StallWatch(
      this.clock,
      period,
      least,
      () => {
        this.looks++;
        return this.progress;
      },
      () => this.stalls++,
    );
  }

  /** Says what is under way. */
  at(work: number, done: number): void {
    this.progress = { work, done };
  }
}

Deno.test("A watch that was never begun costs nothing", () => {
  const { clock, watch } = new Scene();
  assertEquals(clock.pending, 0);
  watch.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("Work that doesn't get on for a period has stalled, once", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  scene.clock.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  scene.clock.turn(1);
  assertEquals(scene.stalls, 1);
  assertEquals(scene.clock.pending, 0);
  scene.clock.turn(10 * PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Idle never stalls, and isn't watched any further", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  scene.progress = null;
  scene.clock.turn(100 * PERIOD);
  assertEquals([scene.stalls, scene.clock.pending, scene.looks], [0, 0, 2]);
});

Deno.test("A watch that is begun while idle doesn't stall", () => {
  const scene = new Scene();
  scene.watch.begin();
  scene.clock.turn(PERIOD);
  assertEquals([scene.stalls, scene.clock.pending], [0, 0]);
});

Deno.test("Work that came up since an idle look gets a whole period", () => {
  const scene = new Scene();
  scene.watch.begin();
  scene.clock.turn(PERIOD - 1);
  scene.at(1, 0);
  scene.clock.turn(1);
  assertEquals(scene.stalls, 0);
  scene.clock.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  scene.clock.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("Enough progress in each period goes on for ever", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  for (let period = 1; period <= 50; period++) {
    scene.at(1, period * LEAST);
    scene.clock.turn(PERIOD);
    assertEquals([scene.stalls, scene.clock.pending], [0, 1]);
  }
  scene.clock.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Progress that is too little has stalled, however steady", () => {
  const scene = new Scene();
  scene.at(1, 100);
  scene.watch.begin();
  scene.at(1, 100 + LEAST);
  scene.clock.turn(PERIOD);
  assertEquals(scene.stalls, 0);
  scene.at(1, 100 + 2 * LEAST - 1);
  scene.clock.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Another piece of work is progress by itself", () => {
  const scene = new Scene();
  scene.at(1, 5);
  scene.watch.begin();
  for (let work = 2; work < 10; work++) {
    scene.at(work, 5);
    scene.clock.turn(PERIOD);
    assertEquals(scene.stalls, 0);
  }
  scene.clock.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("A watch that is on isn't begun anew", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  scene.clock.turn(PERIOD - 1);
  scene.watch.begin();
  scene.watch.begin();
  assertEquals([scene.clock.pending, scene.looks], [1, 1]);
  scene.clock.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("After it went idle a watch can be begun again, with a whole period", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  scene.progress = null;
  scene.clock.turn(PERIOD);
  scene.at(1, 0);
  scene.watch.begin();
  scene.clock.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  scene.clock.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("A stopped watch sees nothing, and stopping twice does no harm", () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  scene.watch.stop();
  scene.watch.stop();
  assertEquals(scene.clock.pending, 0);
  scene.clock.turn(10 * PERIOD);
  assertEquals(scene.stalls, 0);
});

Deno.test("Period 0 turns it off: no timer, no look", () => {
  const scene = new Scene(0);
  scene.at(1, 0);
  scene.watch.begin();
  assertEquals([scene.clock.pending, scene.looks], [0, 0]);
  scene.clock.turn(100 * PERIOD);
  scene.watch.stop();
  assertEquals(scene.stalls, 0);
});
