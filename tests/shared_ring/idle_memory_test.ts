/** What a connection gives back when it is idle; with the clock by hand. */
import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { Message, MessageHeader, MessageType, UnixBody } from "../../mod.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import { IdleMemory } from "../../transports/shared_ring/idle_memory.ts";
import { HandClock } from "../support/hand_clock.ts";
import { ringTest, SIZE, words } from "./support/raw_rings.ts";

const KIB = 1024;

Deno.test("memory is given back a second after the last of much traffic", () => {
  const clock = new HandClock();
  let given = 0;
  const idle = new IdleMemory(clock, () => ++given > 0);
  idle.begin(100 * KIB);
  clock.turn(999);
  assertEquals(given, 0);
  clock.turn(1);
  assertEquals(given, 1);
  // Nothing has gone through since.
  idle.begin(100 * KIB);
  assertEquals(clock.pending, 0);
});

Deno.test("traffic in between puts it off", () => {
  const clock = new HandClock();
  let given = 0;
  const idle = new IdleMemory(clock, () => ++given > 0);
  for (let second = 1; second < 10; second++) {
    idle.begin(100 * KIB * second);
    clock.turn(1000);
    assertEquals(given, second === 1 ? 1 : given);
    given = 0;
    idle.begin(100 * KIB * second + 50 * KIB);
    clock.turn(500);
    idle.begin(100 * KIB * second + 60 * KIB);
    clock.turn(500);
    assertEquals(given, 0);
    clock.turn(1000);
    assertEquals(given, 1);
    given = 0;
  }
});

Deno.test("little traffic starts no timer", () => {
  const clock = new HandClock();
  const idle = new IdleMemory(clock, () => true);
  idle.begin(0);
  idle.begin(32 * KIB);
  assertEquals(clock.pending, 0);
  idle.begin(33 * KIB);
  assertEquals(clock.pending, 1);
  idle.end();
  assertEquals(clock.pending, 0);
});

Deno.test("memory that is still in use is given back after the next sleep", () => {
  const clock = new HandClock();
  let inUse = true;
  let asked = 0;
  const idle = new IdleMemory(clock, () => {
    asked++;
    return !inUse;
  });
  idle.begin(100 * KIB);
  clock.turn(1000);
  assertEquals([asked, clock.pending], [1, 0]);
  inUse = false;
  // It was awake, though nothing has gone through.
  idle.begin(100 * KIB);
  clock.turn(1000);
  assertEquals([asked, clock.pending], [2, 0]);
  idle.begin(100 * KIB);
  assertEquals(clock.pending, 0);
});

/** Until the connection sleeps, and so waits for the time to give memory back. */
async function asleep(clock: HandClock): Promise<void> {
  while (clock.pending === 0) await setImmediate();
}

ringTest(
  "a ring that is read late gives its memory back then",
  async (scene) => {
    const clock = new HandClock();
    const [channel, raw, { reader, back }] = await scene.channel(clock);
    const used = (): boolean => back.bytes.some((byte) => byte !== 0);
    const read = (length: number): boolean => {
      reader.available();
      reader.take(length);
      return reader.release();
    };
    const header = new MessageHeader(MessageType.Stream, 0, 1);
    const body = new UnixBody(new Uint8Array(SIZE / 4 - 16).fill(7));
    for (let i = 0; i < 64; i++) {
      channel.push(new Message(header, body), false);
      await channel.write();
      if (i < 60) read(SIZE / 4);
    }
    await asleep(clock);
    // The other side is paused and has not read everything.
    clock.turn(1000);
    assert(used());
    // It reads a part, and then the rest.
    for (const part of [1, 3]) {
      assert(read(part * SIZE / 4), "nobody has to be woken");
      raw.send(words(datagramKind.WAKE));
      await asleep(clock);
      clock.turn(1000);
      assertEquals(used(), part === 1);
    }
    assertEquals(clock.pending, 0);
  },
);
