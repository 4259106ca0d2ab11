import { assertEquals } from "@std/assert";
import { ReadGate } from "../../peer/flow/read_gate.ts";
import { settled } from "../requests/support.ts";

Deno.test("A gate is open until something holds it shut", () => {
  const gate = new ReadGate();
  assertEquals(gate.shut, false);
  gate.hold();
  assertEquals(gate.shut, true);
  gate.release();
  assertEquals(gate.shut, false);
});

Deno.test("A gate opens when the last hold is taken away", async () => {
  const gate = new ReadGate();
  gate.hold();
  gate.hold();
  const opened = gate.opened();
  gate.release();
  assertEquals([gate.shut, await settled(opened)], [true, false]);
  gate.hold();
  gate.release();
  assertEquals(await settled(opened), false);
  gate.release();
  assertEquals(gate.shut, false);
  await opened;
});

Deno.test("All that wait for a gate go on together", async () => {
  const gate = new ReadGate();
  gate.hold();
  const both = Promise.all([gate.opened(), gate.opened()]);
  gate.release();
  await both;
});

Deno.test("A gate that is shut again has to be waited for again", async () => {
  const gate = new ReadGate();
  gate.hold();
  const first = gate.opened();
  gate.release();
  await first;
  gate.hold();
  const second = gate.opened();
  assertEquals(await settled(second), false);
  gate.release();
  await second;
});

Deno.test("A gate counts how often it was shut", () => {
  const gate = new ReadGate();
  assertEquals(gate.pauses, 0);
  gate.hold();
  gate.release();
  gate.hold();
  assertEquals(gate.pauses, 2);
});

Deno.test("A gate that is open for good can't be shut, and lets go who waits", async () => {
  const gate = new ReadGate();
  gate.hold();
  gate.hold();
  const opened = gate.opened();
  gate.openForGood();
  await opened;
  assertEquals(gate.shut, false);
  gate.hold();
  assertEquals(gate.shut, false);
  gate.release();
  gate.release();
  gate.release();
  gate.hold();
  assertEquals(gate.shut, false);
});
