/** What connections may do between two turns of the event loop, by a clock and turns by hand. */
import { assert, assertEquals } from "@std/assert";
import { TurnBudget, type TurnLimits } from "../../internal/event_loop.ts";
import { HandClock } from "../support/hand_clock.ts";

const LIMITS: TurnLimits = { free: 32, messages: 128, time: 4, rest: 32 };

/** A budget whose turns come when the test says so. */
class Scene {
  readonly clock = new HandClock();
  /** How many turns were asked for. */
  asked = 0;
  readonly budget: TurnBudget;
  #turn = Promise.withResolvers<void>();

  constructor(limits: TurnLimits = LIMITS) {
    this.budget = new TurnBudget(this.clock, () => {
      this.asked++;
      return this.#turn.promise;
    }, limits);
  }

  /** Lets the turn come. */
  async turn(): Promise<void> {
    const { promise, resolve } = this.#turn;
    this.#turn = Promise.withResolvers();
    resolve();
    await promise;
    // What the budget does with it.
    await Promise.resolve();
  }

  /** Spends so often, until something has to be waited for; how many messages that were. */
  spendUntilWait(messages: number, most = 10_000): number {
    for (let spent = messages; spent <= most; spent += messages) {
      if (this.budget.spend(messages) !== null) return spent;
    }
    return Infinity;
  }
}

for (const step of [1, 7, 32, 33, 100]) {
  Deno.test(`Between two turns there are at most as many messages as the limit, and one step of ${step}`, async () => {
    const scene = new Scene();
    for (let round = 0; round < 5; round++) {
      const spent = scene.spendUntilWait(step);
      assert(spent >= LIMITS.messages, `${spent}`);
      // The limit is looked at after 32 messages.
      assert(spent < LIMITS.messages + Math.max(step, 32) + step, `${spent}`);
      assertEquals(scene.asked, round + 1);
      await scene.turn();
    }
  });
}

Deno.test("A batch over the limit is waited for by itself", async () => {
  const scene = new Scene();
  for (let round = 1; round < 5; round++) {
    assert(scene.budget.spend(LIMITS.messages) !== null);
    assertEquals(scene.asked, round);
    await scene.turn();
  }
});

Deno.test("Between two turns there is at most as much time as the limit, and twice 32 messages", async () => {
  const scene = new Scene({ free: 32, messages: Infinity, time: 4, rest: 32 });
  for (let round = 0; round < 5; round++) {
    let spent = 0;
    do {
      scene.clock.turn(1);
      spent++;
    } while (scene.budget.spend(1) === null);
    // The first 32 are free, and those behind them took longer than the limit.
    assertEquals(spent, 64);
    await scene.turn();
  }
});

Deno.test("Messages that take no time don't wait for their time", () => {
  const scene = new Scene({ free: 32, messages: Infinity, time: 4, rest: 32 });
  assertEquals(scene.spendUntilWait(1), Infinity);
  scene.clock.turn(4);
  assert(scene.spendUntilWait(1) <= 32);
});

Deno.test("The clock isn't asked for every message", () => {
  const scene = new Scene({ free: 32, messages: Infinity, time: 4, rest: 32 });
  let asked = 0;
  const { clock } = scene;
  const now = clock.now.bind(clock);
  clock.now = () => {
    asked++;
    return now();
  };
  assertEquals(scene.spendUntilWait(1, 3200), Infinity);
  assertEquals(asked, 100);
});

Deno.test("All wait for one turn, and whoever has spent the budget goes on last", async () => {
  const scene = new Scene();
  const order: string[] = [];
  const wait = async (name: string, spent: Promise<void> | null) => {
    assert(spent !== null);
    await spent;
    order.push(name);
  };
  let first: Promise<void> | null = null;
  while (first === null) first = scene.budget.spend(10);
  const all = [
    wait("has spent it", first),
    wait("second", scene.budget.spend(1)),
    wait("third", scene.budget.spendRead(0)),
    wait("fourth", scene.budget.spend(1000)),
  ];
  assertEquals(scene.asked, 1);
  await scene.turn();
  await Promise.all(all);
  assertEquals(order, ["second", "third", "fourth", "has spent it"]);
  // What was spent while the turn was waited for is over with it.
  assertEquals(scene.budget.spend(1), null);
  assert(scene.spendUntilWait(1) >= LIMITS.messages - 1);
});

Deno.test("A turn gives the whole budget back, of messages and of time", async () => {
  const scene = new Scene();
  for (let round = 0; round < 3; round++) {
    // What passes before counts for nothing.
    scene.clock.turn(100);
    assertEquals(scene.budget.spend(32), null);
    scene.clock.turn(3);
    assertEquals(scene.budget.spend(32), null);
    scene.clock.turn(1);
    assert(scene.budget.spend(32) !== null);
    await scene.turn();
  }
});

Deno.test("Reads spend, also those that complete no message", async () => {
  const scene = new Scene({
    free: 32,
    messages: 128,
    time: Infinity,
    rest: 32,
  });
  for (let round = 0; round < 5; round++) {
    let reads = 1;
    while (scene.budget.spendRead(0) === null) reads++;
    assert(reads <= 128, `${reads} reads of a large message came in a row`);
    await scene.turn();
  }
});

Deno.test("Each 16th turn that is waited for is one before which the program sleeps", async () => {
  const waits: string[] = [];
  const wait = (name: string) => (): Promise<void> => {
    waits.push(name);
    return Promise.resolve();
  };
  const budget = new TurnBudget(
    new HandClock(),
    wait("turn"),
    LIMITS,
    wait("sleep"),
  );
  for (let round = 0; round < 32; round++) {
    const spent = budget.spend(LIMITS.messages);
    assert(spent !== null);
    await spent;
  }
  const sleeps = waits.filter((name) => name === "sleep").length;
  assertEquals([sleeps, waits[16], waits[33]], [2, "sleep", "sleep"]);
});
