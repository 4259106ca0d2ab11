/** Signs of life, and their absence, on a carrier that doesn't tell its end. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { HandClock } from "../support/hand_clock.ts";
import { isPending } from "../support/expect.ts";
import { data, decoder, hello, readError, side } from "./support.ts";

const HEARTBEAT = { interval: 1000, timeout: 3000 };

Deno.test("a heartbeat asks for a packet twice in its interval", () => {
  const clock = new HandClock();
  const { carrier } = side({ heartbeat: HEARTBEAT, clock });
  assertEquals(carrier.sent, [hello(1024 * 1024, 500)]);
});

Deno.test("who is asked sends a sign of life whenever nothing was sent for so long", async () => {
  const clock = new HandClock();
  const { io, carrier } = side({ clock });
  carrier.receive(hello(1024 * 1024, 500));
  clock.turn(499);
  assertEquals(carrier.kinds, ["hello"]);
  clock.turn(1);
  assertEquals(carrier.kinds, ["hello", "alive"]);
  clock.turn(300);
  await io.send(new Uint8Array(5));
  clock.turn(499);
  assertEquals(carrier.kinds, ["hello", "alive", "data"]);
  clock.turn(1);
  assertEquals(carrier.kinds, ["hello", "alive", "data", "alive"]);
  await io.close();
  assertEquals(clock.pending, 0);
});

Deno.test("nobody can ask for a sign of life each millisecond", () => {
  const clock = new HandClock();
  const { carrier } = side({ clock });
  carrier.receive(hello(1024 * 1024, 1));
  clock.turn(100);
  assertEquals(carrier.sent.length, 11);
});

Deno.test("a side that is silent for both times is taken for gone", async () => {
  const clock = new HandClock();
  const { io, carrier } = side({ heartbeat: HEARTBEAT, clock });
  carrier.receive(hello());
  const reading = readError(io);
  clock.turn(3999);
  await tick();
  assertEquals(await isPending(reading), true);
  clock.turn(1);
  const error = await reading;
  assertEquals([error?.code, error?.limit], ["connection-aborted", 4000]);
  assertStringIncludes(String(error), "heartbeat.timeout");
  await io.close();
  assertEquals(clock.pending, 0);
});

Deno.test("any packet is a sign of life, also while nothing is read", async () => {
  const clock = new HandClock();
  const { io, carrier } = side({ heartbeat: HEARTBEAT, clock });
  carrier.receive(hello());
  for (const packet of [data(1), { kind: "alive" }, data(1)] as const) {
    clock.turn(3900);
    carrier.receive(packet);
    await tick();
  }
  const into = decoder();
  await io.receive(into);
  await io.receive(into);
  const reading = io.receive(into);
  assertEquals(await isPending(reading), true);
  carrier.receive({ kind: "closed" });
  // A side that has closed is gone, and nothing is judged any more.
  assertEquals(clock.pending, 0);
  assertEquals(await reading, null);
});

Deno.test("a worker that loads for long isn't taken for gone", async () => {
  const clock = new HandClock();
  const { io, carrier } = side({ heartbeat: HEARTBEAT, clock });
  clock.turn(60_000);
  await tick();
  carrier.receive(hello());
  const reading = readError(io);
  assertEquals(await isPending(reading), true);
  await io.close();
  assertEquals((await reading)?.side, "local");
});

Deno.test("a silence while this process stood still is no evidence", async () => {
  const clock = new HandClock();
  const { io, carrier } = side({ heartbeat: HEARTBEAT, clock });
  carrier.receive(hello());
  const reading = readError(io);
  clock.freeze(60_000);
  await tick();
  assertEquals(await isPending(reading), true);
  clock.turn(4000);
  assertEquals((await reading)?.code, "connection-aborted");
});
