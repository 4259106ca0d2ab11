/** Turns where the process at the other end shares the CPU, with the clock by hand. */
import { assert, assertEquals } from "@std/assert";
import { TurnLoop } from "../../transports/reactor/turn_loop.ts";
import { HandClock } from "../support/hand_clock.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";

/** How long the other side takes for an answer, in milliseconds. */
const ANSWER_TIME = 0.01;

/** A loop whose other end answers while the CPU is yielded to it. */
class Scene implements AsyncDisposable {
  readonly log: string[] = [];
  /** How many calls are still to be made. */
  calls: number;
  /** How long a yield takes, in milliseconds. */
  yieldTime: number = ANSWER_TIME;
  /** How many messages an answer has. */
  messages = 1;
  /** Whether the program asks for more before it sends. */
  reads = false;
  readonly #clock = new HandClock();
  #asked = 0;
  #answers = 0;
  #sleep = Promise.withResolvers<number>();
  readonly loop: TurnLoop = new TurnLoop(
    {
      sched_yield: () => this.#yield(),
      sched_yieldInThread: () => Promise.resolve(0),
    },
    { sleep: () => this.#sleep.promise, wake: () => this.#sleep.resolve(0) },
    { hasRings: false, look: () => this.#look(), beforeSleep: () => true },
    this.#clock,
  );

  constructor(calls: number) {
    this.calls = calls;
  }

  /** Sends a call, as a program does when the answer to the last one has come. */
  call(): void {
    if (this.calls-- <= 0) return;
    this.#asked++;
    this.log.push("send");
    this.loop.sent();
  }

  #look(): number {
    this.log.push("look");
    const messages = this.#answers * this.messages;
    for (; this.#answers > 0; this.#answers--) {
      Promise.resolve()
        .then(() => this.reads && this.loop.expect())
        .then(() => this.call());
    }
    return messages;
  }

  #yield(): number {
    this.log.push("yield");
    this.#clock.turn(this.yieldTime);
    this.#answers = this.#asked;
    this.#asked = 0;
    return 0;
  }

  /** Makes the calls; what has happened, with the turns of the event loop. */
  async run(): Promise<string[]> {
    this.call();
    while (this.calls >= 0) {
      await eventLoopTurns(1);
      this.log.push("turn");
    }
    return this.log.splice(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.loop.end();
  }
}

Deno.test("an answer that came while the CPU was yielded is taken in the same turn", async () => {
  await using scene = new Scene(1);
  assertEquals(await scene.run(), ["send", "look", "yield", "look", "turn"]);
});

Deno.test("calls that follow go on in the turn, and nothing is looked for in vain", async () => {
  await using scene = new Scene(4);
  const trip = ["send", "yield", "look"];
  assertEquals(await scene.run(), [
    ...["send", "look", "yield", "look"],
    ...trip,
    ...trip,
    ...trip,
    "turn",
  ]);
});

Deno.test("who waits for more before sending yields no earlier", async () => {
  await using scene = new Scene(2);
  scene.reads = true;
  assertEquals(await scene.run(), [
    ...["send", "look", "yield", "look"],
    ...["send", "yield", "look", "turn"],
  ]);
});

Deno.test("a turn ends after 0.1 ms of such calls", async () => {
  await using scene = new Scene(1000);
  const calls = (await scene.run()).join(" ").split("turn")
    .map((turn) => turn.split("send").length - 1);
  const most = Math.max(...calls);
  // One more is sent before the first turn, and one after the last look.
  assert(most > 5 && most <= 0.1 / ANSWER_TIME + 2, `${most} calls in a turn`);
});

for (
  const [what, change] of [
    ["the other side runs on another CPU", { yieldTime: 0.0005 }],
    ["another program goes on and on", { yieldTime: 3 }],
    ["many messages come at once", { messages: 5 }],
  ] as const
) {
  Deno.test(`each call takes a turn of its own where ${what}`, async () => {
    await using scene = new Scene(3);
    Object.assign(scene, change);
    const log = await scene.run();
    const turn = ["look", "yield", "look", "send", "turn"];
    assertEquals(log, [
      "send",
      ...turn,
      ...turn,
      "look",
      "yield",
      "look",
      "turn",
    ]);
  });
}
