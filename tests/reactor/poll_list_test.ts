/** What is looked at in each turn, and when it sleeps; with the clock by hand. */
import { assert, assertEquals } from "@std/assert";
import { type Polled, PollList } from "../../transports/reactor/poll_list.ts";
import { TightSpin } from "../../transports/reactor/tight_spin.ts";

/** Something that has so many messages for each look. */
class Source implements Polled {
  messages: number;
  looks = 0;
  sleeps = 0;
  /** Whether it has nothing, so that it may sleep. */
  mayThen = true;
  readonly onPoll: () => void;

  constructor(messages: number, onPoll: () => void = () => {}) {
    this.messages = messages;
    this.onPoll = onPoll;
  }

  poll(): number {
    this.looks++;
    this.onPoll();
    return this.messages;
  }

  sleep(): boolean {
    this.sleeps++;
    return this.mayThen;
  }
}

Deno.test("all that are awake are looked at in each turn", () => {
  const list = new PollList(() => 0);
  const sources = [new Source(1), new Source(0), new Source(2)];
  for (const source of sources) list.add(source);
  assertEquals(list.poll(0), 3);
  assertEquals(sources.map(({ looks }) => looks), [1, 1, 1]);
  list.delete(sources[2]!);
  assertEquals(list.poll(0), 1);
});

Deno.test("one that brings nothing for 64 turns sleeps, and no sooner", () => {
  const list = new PollList(() => 0);
  const idle = new Source(0);
  const busy = new Source(1);
  list.add(idle);
  list.add(busy);
  for (let turn = 0; turn < 63; turn++) list.poll(0);
  assertEquals(idle.sleeps, 0);
  list.poll(0);
  assertEquals([idle.sleeps, busy.sleeps], [1, 0]);
  assertEquals(list.size, 1);
  assertEquals(idle.looks, 64);
  list.poll(0);
  assertEquals(idle.looks, 64);
});

Deno.test("one that has something when it is to sleep stays awake", () => {
  const list = new PollList(() => 0);
  const source = new Source(0);
  source.mayThen = false;
  list.add(source);
  assert(!list.sleepAll());
  assertEquals(list.size, 1);
  source.mayThen = true;
  assert(list.sleepAll());
  assertEquals(list.size, 0);
});

Deno.test("when a turn's time is over, the next one begins with the others", () => {
  let now = 0;
  const list = new PollList(() => now);
  // 40 messages of 5 us each are more than a turn's 100 us.
  const sources = Array.from(
    { length: 3 },
    () => new Source(40, () => now += 0.2),
  );
  for (const source of sources) list.add(source);
  for (let turn = 0; turn < 6; turn++) list.poll(now);
  assertEquals(sources.map(({ looks }) => looks), [2, 2, 2]);
});

Deno.test("looking again ends with the first that has something", () => {
  const list = new PollList(() => 0);
  const first = new Source(0);
  let looks = 0;
  const second: Source = new Source(0, () => {
    if (++looks === 10) second.messages = 3;
  });
  list.add(first);
  list.add(second);
  assertEquals(list.pollAgain(100), 3);
  assertEquals(first.looks, 10);
  second.messages = 0;
  assertEquals(list.pollAgain(100), 0);
  // Whatever it found, nothing sleeps for it.
  assertEquals([first.sleeps, second.sleeps], [0, 0]);
});

Deno.test("looking again within a turn is given up where it finds nothing", () => {
  const spin = new TightSpin();
  let tries = 0;
  for (let turn = 0; turn < 6400; turn++) {
    if (!spin.pays()) continue;
    tries++;
    spin.note(false);
  }
  // Some at first, then one in 64.
  assert(tries > 100 && tries < 150, `${tries}`);
  for (let turn = 0; turn < 6400; turn++) {
    if (spin.pays()) spin.note(true);
  }
  assert(spin.pays() && spin.pays());
});
