/**
 * `deno task fuzz --minutes N [--seed S] [--what schedules|bytes]`: random schedules of
 * two peers, or mutated bytes for all that takes some, for as long as it is told. It
 * prints its seed, how far it is each 10 seconds, and what it has found, as small as it
 * gets, with the command that plays it again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fuzzBytes, replayBytes } from "./bytes.ts";
import { FuzzReport } from "./report.ts";
import { fuzzSchedules, replay } from "./schedules.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    what: { type: "string", default: "schedules" },
    target: { type: "string" },
    replay: { type: "string" },
  },
});

async function main(): Promise<number> {
  if (values.replay !== undefined) {
    const text = await Deno.readTextFile(values.replay);
    return values.what === "bytes"
      ? await replayBytes(values.target, text)
      : await replay(text);
  }
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined
    ? crypto.getRandomValues(new Uint32Array(1))[0]! & 0x7fff_ffff
    : Number(values.seed);
  if (!["schedules", "bytes"].includes(values.what)) {
    throw new TypeError("--what is schedules or bytes");
  }
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    throw new TypeError("--minutes is a number above 0, --seed an integer");
  }
  console.log(`fuzz: ${values.what}, seed ${seed}, ${minutes} min`);
  // Errors are thrown by the million, and nobody reads where.
  Error.stackTraceLimit = 0;
  const report = new FuzzReport(minutes);
  if (values.what === "bytes") {
    await fuzzBytes({ seed, report, target: values.target });
  } else await fuzzSchedules({ seed, report });
  report.end();
  return report.failed ? 1 : 0;
}

Deno.exit(await main());
