/** When it pays to wait for the next event without sleeping. */
import { assert, assertEquals } from "@std/assert";
import { Spin } from "../../transports/reactor/spin.ts";

/** Longer than any wait without sleeping, in milliseconds. */
const LONG = 1_000;

/** Waits that end in nothing or in an event, one after the other. */
class Waits {
  readonly spin: Spin = new Spin();
  #now = 0;

  /** One wait; whether it began with spinning. */
  one(event: boolean): boolean {
    const spun = this.spin.again(this.#now, true);
    if (spun && !event) {
      assertEquals(this.spin.again(this.#now += LONG, true), false);
    }
    if (event) this.spin.onEvent();
    this.#now += LONG;
    return spun;
  }

  /** How many of so many waits begin with spinning. */
  count(length: number, event: (index: number) => boolean): number {
    let spun = 0;
    for (let i = 0; i < length; i++) if (this.one(event(i))) spun++;
    return spun;
  }

  /** Waits in vain until spinning has stopped. */
  static inVain(): Waits {
    const waits = new Waits();
    assert(waits.count(100, () => false) < 50, "it spins although in vain");
    for (let i = 0; i < 128; i++) if (waits.one(false)) return waits;
    throw new Error("it never probes");
  }
}

Deno.test("A wait spins until its time is over, counted from its beginning", () => {
  for (const start of [0, 1, 12_345.678]) {
    const spin = new Spin();
    assertEquals(spin.again(start, true), true);
    assertEquals(spin.again(start, true), true);
    assertEquals(spin.again(start + 0.09, true), true);
    assertEquals(spin.again(start + 0.11, true), false);
  }
});

Deno.test("Sockets are waited for half as long as rings", () => {
  const spin = new Spin();
  assertEquals(spin.again(0, false), true);
  assertEquals(spin.again(0.04, false), true);
  assertEquals(spin.again(0.06, false), false);
});

Deno.test("An event makes the next wait a new one, with all of its time", () => {
  const spin = new Spin();
  assertEquals(spin.again(0, true), true);
  spin.onEvent();
  assertEquals(spin.again(LONG, true), true);
  assertEquals(spin.again(LONG + 0.09, true), true);
  assertEquals(spin.again(LONG + 0.11, true), false);
});

Deno.test("It goes on where all waits end in an event", () => {
  assertEquals(new Waits().count(1000, () => true), 1000);
});

Deno.test("It goes on where half of the waits do", () => {
  assertEquals(new Waits().count(1000, (i) => i % 2 === 0), 1000);
});

Deno.test("A few waits in vain don't stop it", () => {
  assertEquals(new Waits().count(5, () => false), 5);
});

Deno.test("It stops where no wait does, and probes 4 in a row of 128", () => {
  const waits = Waits.inVain();
  for (let round = 0; round < 10; round++) {
    assertEquals(waits.count(3, () => false), 3);
    assertEquals(waits.count(124, () => false), 0);
    assertEquals(waits.one(false), true);
  }
});

Deno.test("A probe waits longer, as the other side may sleep", () => {
  const { spin } = Waits.inVain();
  const start = 1e9;
  assertEquals(spin.again(start, true), true);
  assertEquals(spin.again(start + 0.19, true), true);
  assertEquals(spin.again(start + 0.21, true), false);
});

Deno.test("Two sides that both sleep find out that both should spin", () => {
  // Awake, a side answers after 5 us; one that sleeps takes 100 us more to wake up.
  const sides = [new Spin(), new Spin()] as const;
  for (const spin of sides) {
    for (let i = 0; i < 100; i++) {
      if (spin.again(LONG * i, true)) spin.again(LONG * i + LONG / 2, true);
    }
  }
  let now = 1e9;
  let spins = 0;
  const asleep = [true, true];
  for (let turn = 0; turn < 40_000; turn++) {
    const mine = turn % 2, other = 1 - mine;
    const spin = sides[mine]!;
    const spun = spin.again(now, true);
    // The other one has my message: it may have to wake up first.
    const answer = now + (asleep[other] ? 0.105 : 0.005);
    const waits = spun && spin.again(answer, true);
    if (waits) spin.onEvent();
    asleep[mine] = !waits;
    now = answer;
    if (turn >= 39_000 && waits) spins++;
  }
  assertEquals(spins, 1000);
});

Deno.test("It mostly sleeps where one wait in ten does", () => {
  const spun = new Waits().count(10_000, (i) => i % 10 === 0);
  assert(spun < 5_000, `${spun} of 10000 waits spin`);
});

Deno.test("Events that nobody has waited for don't bring it back", () => {
  const waits = Waits.inVain();
  for (let i = 0; i < 1000; i++) waits.spin.onEvent();
  assertEquals(waits.count(127, () => false), 3);
});

Deno.test("A probe that ends in an event brings it back", () => {
  const waits = Waits.inVain();
  let spun = 0;
  // It may take more than one, as it has to get over the mark.
  for (let probe = 0; probe < 20 && spun < 64; probe++) {
    spun = waits.count(64, () => true);
  }
  assertEquals(spun, 64);
});
