import { assertEquals } from "@std/assert";
import { type Progress, ProgressWatch } from "../../internal/progress_watch.ts";
import { HandClock } from "../support/hand_clock.ts";

const PERIOD = 1000;
const LEAST = 10;

/** A watch on a hand-turned clock, and what it sees. */
class Scene {
  readonly clock = new HandClock();
  readonly watch: ProgressWatch;
  progress: Progress | null = null;
  stalls = 0;
  looks = 0;

  constructor(period = PERIOD, least = LEAST) {
    this.watch = new ProgressWatch(this.clock, period, {
      least,
      probe: () => {
        this.looks++;
        return this.progress;
      },
      stalled: () => this.stalls++,
    }, () => Promise.resolve(this.onTurn()));
  }

  /** One in which a piece of work has just begun. */
  static begun(): Scene {
    const scene = new Scene();
    scene.at(1, 0);
    scene.watch.begin();
    return scene;
  }

  /** What the event loop brings between a look and the second one. */
  onTurn: () => void = () => {};

  /** Lets time pass, and the second look take place. */
  async turn(ms: number): Promise<void> {
    this.clock.turn(ms);
    await this.watch.idle();
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

Deno.test("Work that doesn't get on for a period has stalled, once", async () => {
  const scene = Scene.begun();
  await scene.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
  assertEquals(scene.clock.pending, 0);
  await scene.turn(10 * PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Idle never stalls, and isn't watched any further", async () => {
  const scene = Scene.begun();
  scene.progress = null;
  await scene.turn(100 * PERIOD);
  assertEquals([scene.stalls, scene.clock.pending], [0, 0]);
});

Deno.test("A watch that is begun while idle costs nothing", () => {
  const scene = new Scene();
  scene.watch.begin();
  assertEquals(scene.clock.pending, 0);
});

Deno.test("What the event loop brings before the second look is progress", async () => {
  const scene = Scene.begun();
  scene.onTurn = () => scene.at(1, LEAST);
  await scene.turn(PERIOD);
  assertEquals([scene.stalls, scene.clock.pending], [0, 1]);
  scene.onTurn = () => {};
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("A look that comes late proves nothing: the process stood still", async () => {
  const scene = Scene.begun();
  scene.clock.freeze(3 * PERIOD);
  await scene.watch.idle();
  assertEquals([scene.stalls, scene.clock.pending], [0, 1]);
  await scene.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("A short period's look may be some ms late, as a busy loop's timers are", async () => {
  const scene = new Scene(1);
  scene.at(1, 0);
  scene.watch.begin();
  scene.clock.freeze(1 + 50);
  await scene.watch.idle();
  assertEquals(scene.stalls, 1);
});

Deno.test("A watch that is stopped between its two looks says nothing", async () => {
  const scene = Scene.begun();
  scene.onTurn = () => scene.watch.stop();
  await scene.turn(PERIOD);
  assertEquals([scene.stalls, scene.clock.pending], [0, 0]);
});

Deno.test("A watch can be begun anew when it has stalled", async () => {
  const scene = Scene.begun();
  await scene.turn(PERIOD);
  scene.watch.begin();
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 2);
});

Deno.test("Enough progress in each period goes on for ever", async () => {
  const scene = Scene.begun();
  for (let period = 1; period <= 50; period++) {
    scene.at(1, period * LEAST);
    await scene.turn(PERIOD);
    assertEquals([scene.stalls, scene.clock.pending], [0, 1]);
  }
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Progress that is too little has stalled, however steady", async () => {
  const scene = new Scene();
  scene.at(1, 100);
  scene.watch.begin();
  scene.at(1, 100 + LEAST);
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 0);
  scene.at(1, 100 + 2 * LEAST - 1);
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("Another piece of work is progress by itself", async () => {
  const scene = new Scene();
  scene.at(1, 5);
  scene.watch.begin();
  for (let work = 2; work < 10; work++) {
    scene.at(work, 5);
    await scene.turn(PERIOD);
    assertEquals(scene.stalls, 0);
  }
  await scene.turn(PERIOD);
  assertEquals(scene.stalls, 1);
});

Deno.test("A watch that is on isn't begun anew", async () => {
  const scene = Scene.begun();
  await scene.turn(PERIOD - 1);
  scene.watch.begin();
  scene.watch.begin();
  assertEquals([scene.clock.pending, scene.looks], [1, 1]);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("After it went idle a watch can be begun again, with a whole period", async () => {
  const scene = Scene.begun();
  scene.progress = null;
  await scene.turn(PERIOD);
  scene.at(1, 0);
  scene.watch.begin();
  await scene.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("A stopped watch sees nothing, and stopping twice does no harm", async () => {
  const scene = Scene.begun();
  scene.watch.stop();
  scene.watch.stop();
  assertEquals(scene.clock.pending, 0);
  await scene.turn(10 * PERIOD);
  assertEquals(scene.stalls, 0);
});

Deno.test("Period 0 turns it off: no timer, no look", async () => {
  const scene = new Scene(0);
  scene.at(1, 0);
  scene.watch.begin();
  assertEquals([scene.clock.pending, scene.looks], [0, 0]);
  await scene.turn(100 * PERIOD);
  scene.watch.stop();
  assertEquals(scene.stalls, 0);
});

Deno.test("A period begins when there was progress, where the work says when", async () => {
  const scene = new Scene();
  scene.progress = { work: 1, done: 0, at: 0 };
  scene.watch.begin();
  await scene.turn(PERIOD - 1);
  scene.progress = { work: 2, done: 0, at: PERIOD - 1 };
  await scene.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("After a look that came late it begins at the look", async () => {
  const scene = new Scene();
  scene.progress = { work: 1, done: 0, at: 0 };
  scene.watch.begin();
  scene.clock.freeze(3 * PERIOD);
  await scene.turn(PERIOD - 1);
  assertEquals(scene.stalls, 0);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});

Deno.test("A watch that is restarted has a whole period", async () => {
  const scene = new Scene();
  scene.at(1, 0);
  scene.watch.begin();
  await scene.turn(PERIOD - 1);
  scene.watch.restart();
  await scene.turn(PERIOD - 1);
  assertEquals([scene.stalls, scene.clock.pending], [0, 1]);
  await scene.turn(1);
  assertEquals(scene.stalls, 1);
});
