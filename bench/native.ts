/**
 * Compares this library with the native crate, and each as a client of the other,
 * with clients and servers pinned: `deno run -A bench/native.ts [--rounds N]
 * [--transport seqpacket|unix|tcp] [--on split|same] [--only TEXT] [--native PROGRAM]
 * [--json FILE] [--readme]`. TCP and Unix streams are measured with the option
 * `reactor` too. `--only` picks measures by what is in their names. `--native` names a
 * program that is built already.
 *
 * It needs cargo, the crate (from crates.io, or fetched before) and taskset. If one
 * of them is missing, it says so and does nothing.
 *
 * @module
 */
import { type Cpus, startPairs } from "./support/native/native_pairs.ts";
import { buildNative } from "./support/native/native_program.ts";
import {
  type MeasureName,
  measures,
  type PairResult,
  runPairs,
} from "./support/native/native_rounds.ts";
import {
  type PairSet,
  toPairLimitTable,
  toPairTable,
} from "./support/native/native_table.ts";
import { canPin } from "./support/pinning.ts";
import { writeFigures } from "./support/readme.ts";
import type { TransportName } from "./support/shape.ts";
import { chosen, option } from "./support/option.ts";

const places = [
  { arrangement: "split", title: "two CPUs", client: 0, server: 1 },
  { arrangement: "same", title: "one CPU", client: 0, server: 0 },
] as const;
const transports: readonly { name: TransportName; title: string }[] = [
  { name: "seqpacket", title: "Unix seqpacket" },
  { name: "unix", title: "Unix stream" },
  { name: "tcp", title: "TCP" },
];

const rounds = Number(option("rounds") ?? 9);
const names = (Object.keys(measures) as MeasureName[]).filter((name) =>
  name.includes(option("only") ?? "")
);
const native = await findNative();
if (native !== null) await measureAll(native);

/** The path of the native program. If it can't be built, prints why and gives null. */
async function findNative(): Promise<string | null> {
  const given = option("native");
  if (given !== undefined) return given;
  const built = await canPin([0, 1])
    ? await buildNative()
    : { missing: "there is no taskset with CPUs 0 and 1" };
  if ("path" in built) return built.path;
  console.log(`Skipping the native crate: ${built.missing}`);
  return null;
}

async function measureAll(native: string): Promise<void> {
  const sets: PairSet[] = [];
  for (const { name, title } of transports) {
    if (!chosen("transport", name)) continue;
    for (const place of places) {
      if (!chosen("on", place.arrangement)) continue;
      const set = {
        title: `${title}, ${place.title}`,
        transport: name,
        arrangement: place.arrangement,
        results: await measure(native, name, place),
      };
      sets.push(set);
      console.log(toPairTable(set));
    }
  }
  const limits = toPairLimitTable(sets);
  console.log(limits);

  const file = option("json");
  if (file !== undefined) {
    Deno.writeTextFileSync(file, JSON.stringify(sets, null, 2));
  }
  if (Deno.args.includes("--readme")) {
    const tables = [limits, ...sets.map(toPairTable)].join("\n");
    await writeFigures(tables, "## Figures with the native crate\n");
  }
}

async function measure(
  native: string,
  transport: TransportName,
  cpus: Cpus,
): Promise<PairResult[]> {
  await using stack = new AsyncDisposableStack();
  return await runPairs(
    await startPairs(native, transport, cpus, stack),
    rounds,
    names,
  );
}
