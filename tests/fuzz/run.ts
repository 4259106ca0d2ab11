/**
 * `deno task fuzz --minutes N`: random schedules of two peers, and random bytes, for
 * as long as it is told. It prints its seed, how far it is each 10 seconds, and what it
 * has found, as small as it gets, with the command that plays it again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { FuzzReport } from "./report.ts";
import { fuzzSchedules, replay } from "./schedules.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    what: { type: "string", default: "all" },
    replay: { type: "string" },
  },
});

async function main(): Promise<number> {
  if (values.replay !== undefined) {
    return await replay(await Deno.readTextFile(values.replay));
  }
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined
    ? crypto.getRandomValues(new Uint32Array(1))[0]! & 0x7fff_ffff
    : Number(values.seed);
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    throw new TypeError("--minutes is a number above 0, --seed an integer");
  }
  console.log(`fuzz: seed ${seed}, ${minutes} min`);
  // Errors are thrown by the million, and nobody reads where.
  Error.stackTraceLimit = 0;
  const report = new FuzzReport(minutes);
  await fuzzSchedules({ seed, report });
  report.end();
  return report.failed ? 1 : 0;
}

Deno.exit(await main());
