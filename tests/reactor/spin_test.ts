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
    const spun = this.spin.again(this.#now);
    if (spun && !event) {
      assertEquals(this.spin.again(this.#now += LONG), false);
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
    for (let i = 0; i < 64; i++) if (waits.one(false)) return waits;
    throw new Error("it never probes");
  }
}

Deno.test("A wait spins until its time is over, counted from its beginning", () => {
  for (const start of [0, 1, 12_345.678]) {
    const spin = new Spin();
    assertEquals(spin.again(start), true);
    assertEquals(spin.again(start), true);
    assertEquals(spin.again(start + 0.04), true);
    assertEquals(spin.again(start + 0.06), false);
  }
});

Deno.test("An event makes the next wait a new one, with all of its time", () => {
  const spin = new Spin();
  assertEquals(spin.again(0), true);
  spin.onEvent();
  assertEquals(spin.again(LONG), true);
  assertEquals(spin.again(LONG + 0.04), true);
  assertEquals(spin.again(LONG + 0.06), false);
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

Deno.test("It stops where no wait does, and probes one in 64", () => {
  const waits = Waits.inVain();
  for (let round = 0; round < 10; round++) {
    assertEquals(waits.count(63, () => false), 0);
    assertEquals(waits.one(false), true);
  }
});

Deno.test("It mostly sleeps where one wait in ten does", () => {
  const spun = new Waits().count(10_000, (i) => i % 10 === 0);
  assert(spun < 5_000, `${spun} of 10000 waits spin`);
});

Deno.test("Events that nobody has waited for don't bring it back", () => {
  const waits = Waits.inVain();
  for (let i = 0; i < 1000; i++) waits.spin.onEvent();
  assertEquals(waits.count(63, () => false), 0);
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
