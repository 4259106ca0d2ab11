/**
 * `deno task interop:load --minutes N [--seed N]`: the native program at either end over
 * all transports, under load, while it is killed, frozen and flooded. Fails unless each
 * request is accounted for. `deno task interop` builds the program.
 *
 * @module
 */
import { deadline } from "@std/async";
import { parseArgs } from "node:util";
import { Prng } from "../../fuzz/prng.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";
import { Scene } from "../matrix/scene.ts";
import { TRANSPORTS } from "../matrix/transports.ts";
import { whyNoNative } from "../support/native_program.ts";
import { FATES } from "./fates.ts";
import { fromNative } from "./from_native.ts";
import { toNative } from "./to_native.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
  },
});
const missing = whyNoNative();
if (missing !== null) {
  console.log(`It needs ${missing}`);
  Deno.exit(1);
}
const PROGRESS = 10_000;
const end = Date.now() + Number(values.minutes) * 60_000;
const totals = new Map<
  string,
  { rounds: number; sent: number; failed: number }
>(
  FATES.map((fate) => [fate, { rounds: 0, sent: 0, failed: 0 }]),
);
let faults = 0;
let said = Date.now();
console.log(`Seed ${values.seed}`);
for (let seed = Number(values.seed); Date.now() < end; seed++) {
  const prng = new Prng(seed);
  const transport = prng.pick(Object.values(TRANSPORTS));
  const fate = prng.pick(FATES);
  const run = prng.pick([toNative, fromNative]);
  const total = totals.get(fate)!;
  try {
    await using scene = new Scene(transport, prng.pick(["little", "big"]));
    const count = prng.int(1, 1000);
    const running = run(scene, fate, prng, count);
    const [sent, failed] = await deadline(running, HANGS_AFTER);
    total.rounds++;
    total.sent += sent;
    total.failed += failed;
  } catch (error) {
    faults++;
    const side = run === toNative ? "server" : "client";
    console.log(
      `FAULT: seed ${seed}, ${transport.name}, a native ${side} that is ${fate}:`,
      error,
    );
  }
  if (Date.now() - said < PROGRESS) continue;
  said = Date.now();
  console.log(`${seed - Number(values.seed) + 1} rounds`);
}
for (const [fate, { rounds, sent, failed }] of totals) {
  console.log(
    `${fate}: ${rounds} rounds, ${sent} requests, ${failed} without an answer`,
  );
}
console.log(faults === 0 ? "All accounted for" : `${faults} faults`);
Deno.exit(faults === 0 ? 0 : 1);
