/**
 * Measures what a flooded connection costs the others: `deno run -A bench/flood.ts
 * [FOLDER] [--rounds N]`. With the folder of another checkout it measures that one
 * too, in turn.
 *
 * The server is on CPU 1. On CPU 0 are two clients: one writes small stream
 * messages as fast as the server takes them, the other one calls every few
 * milliseconds.
 *
 * Where a limit isn't held, it says so and exits with 1: the slowest call and the
 * timer below 50 ms, and the rate of the flooded connection at least 0.97 of the
 * other checkout's.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import { option } from "./support/option.ts";
import { median } from "./support/stats.ts";

/** How long a call and a timer may take beside a flood, in milliseconds. */
const MAX_MS = 50;
/** What the flooded connection keeps of the other checkout's rate. */
const LEAST_RATE = 0.97;

const here = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const [other] = Deno.args[0]?.startsWith("--") ? [] : Deno.args;
const folders = other === undefined ? [here] : [Deno.realPathSync(other), here];
const rounds = Number(option("rounds") ?? 5);

/** The result of a round: ms, ms, and messages per second. */
interface Sample {
  readonly slowestCall: number;
  readonly timerLate: number;
  readonly rate: number;
}

const samples = folders.map((): Sample[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [i, folder] of folders.entries()) {
    samples[i]!.push(await run(folder));
  }
}
let holds = true;
for (const [i, folder] of folders.entries()) {
  const of = (name: keyof Sample): number =>
    median(samples[i]!.map((sample) => sample[name]));
  console.log(
    `${folder}: slowest call of the other ${of("slowestCall").toFixed(1)} ms,`,
    `timer late by ${of("timerLate").toFixed(1)} ms,`,
    `${(of("rate") / 1e6).toFixed(2)} M messages/s`,
    folder === here
      ? verdict(of("slowestCall") < MAX_MS && of("timerLate") < MAX_MS)
      : "",
  );
}
if (folders.length === 2) {
  const ratios = samples[1]!.map(({ rate }, i) => rate / samples[0]![i]!.rate);
  const rate = median(ratios);
  console.log(
    `rate of the flooded one: ${rate.toFixed(3)}`,
    verdict(rate >= LEAST_RATE),
  );
}
Deno.exit(holds ? 0 : 1);

function verdict(isHeld: boolean): string {
  holds &&= isHeld;
  return isHeld ? "pass" : "**FAIL**";
}

async function run(folder: string): Promise<Sample> {
  const start = (cpu: number, script: string, ...args: string[]) =>
    LineProcess.start(cpu, "nice", [
      // The flooding client must not keep the other client from the CPU.
      `-n${script === "flooder.ts" ? 19 : 0}`,
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      "--no-check",
      `--config=${folder}/deno.json`,
      new URL(`./support/flood/${script}`, import.meta.url).href,
      `file://${folder}/mod.ts`,
      ...args,
    ]);
  await using server = start(1, "server.ts");
  const address = await server.readLine();
  await using caller = start(0, "caller.ts", address);
  await caller.readLine();
  await using flooder = start(0, "flooder.ts", address);
  await flooder.readLine();
  await server.ask("begin");
  const slowestCall = Number(await caller.ask("2000"));
  const [timerLate, rate] = (await server.ask("end")).split(" ").map(Number);
  return { slowestCall, timerLate: timerLate!, rate: rate! };
}
