/** When turns give way to the program's other sockets, with the clock by hand. */
import { assertEquals } from "@std/assert";
import { TurnLoop } from "../../transports/reactor/turn_loop.ts";
import { HandClock } from "../support/hand_clock.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";

/** How long a turn takes, in milliseconds. */
const TURN = 0.05;

/** A loop whose threads the test holds in its hands. */
class Scene {
  readonly clock: HandClock = new HandClock();
  readonly log: string[] = [];
  /** How many of the next turns find something. */
  work = Infinity;
  pause: PromiseWithResolvers<number> | null = null;
  sleep: PromiseWithResolvers<number> | null = null;
  readonly loop: TurnLoop;

  /** Makes one where Deno looks at its own sockets after `interval` turns. */
  constructor(interval = 61) {
    this.loop = new TurnLoop(
      {
        sched_yield: () => 0,
        sched_yieldInThread: () => {
          this.log.push("pause");
          return (this.pause = Promise.withResolvers()).promise;
        },
      },
      {
        sleep: () => {
          this.log.push("sleep");
          return (this.sleep = Promise.withResolvers()).promise;
        },
        wake: () => this.sleep?.resolve(0),
      },
      {
        hasRings: false,
        look: () => {
          this.log.push("turn");
          this.clock.turn(TURN);
          return this.work-- > 0 ? 1 : 0;
        },
        beforeSleep: () => true,
      },
      this.clock,
      interval,
    );
  }

  /** Turns of the event loop, more than are needed. */
  async run(): Promise<string[]> {
    await eventLoopTurns(100);
    return this.log.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.loop.end();
    this.pause?.resolve(0);
    await ended;
  }
}

const BUSY = [...Array(12).fill("turn"), "pause"];

Deno.test("after 0.6 ms of turns there is a pause, and none before it is over", async () => {
  await using scene = new Scene();
  scene.loop.expect();
  assertEquals(await scene.run(), BUSY);
  // Nor is one scheduled by what is sent meanwhile.
  scene.loop.expect();
  scene.loop.wait();
  assertEquals(await scene.run(), []);
  scene.pause!.resolve(0);
  assertEquals(await scene.run(), BUSY);
});

Deno.test("where Deno looks at its sockets often, the turns go on without a pause", async () => {
  for (
    const [interval, pauses] of [[1, false], [5, false], [7, true]] as const
  ) {
    await using scene = new Scene(interval);
    scene.work = 30;
    scene.loop.expect();
    assertEquals((await scene.run()).includes("pause"), pauses);
    scene.sleep?.resolve(0);
  }
});

Deno.test("where no thread is free for a pause, the turns go on without one", async () => {
  await using scene = new Scene();
  scene.loop.expect();
  assertEquals(await scene.run(), BUSY);
  scene.work = 30;
  scene.clock.turn(2);
  const log = await scene.run();
  assertEquals(log.filter((each) => each === "pause"), []);
  assertEquals(log.at(-1), "sleep");
});

Deno.test("a sleep is as good as a pause", async () => {
  await using scene = new Scene();
  for (let i = 0; i < 5; i++) {
    scene.work = 6;
    scene.loop.expect();
    scene.sleep?.resolve(0);
    const log = await scene.run();
    assertEquals(log.includes("pause"), false);
    assertEquals(log.at(-1), "sleep");
  }
});

Deno.test("it ends in a pause, when the thread is back", async () => {
  const scene = new Scene();
  scene.loop.expect();
  await scene.run();
  const ended = scene.loop.end();
  scene.pause!.resolve(0);
  await ended;
  assertEquals(scene.clock.pending, 0);
  assertEquals(await scene.run(), []);
});
