/**
 * `deno task bench:imports`: what importing takes above an empty program, by the clock
 * and in CPU time, and how many modules that loads. Each round starts a fresh process
 * for each entry and an empty program before it. Prints the medians of the differences,
 * and their middle half. After `deno task npm` it measures that package too. It takes
 * `--rounds N` (21) and `--only TEXT`.
 *
 * @module
 */
import { loadedModules } from "../tests/support/processes/loaded_modules.ts";
import { option } from "./support/option.ts";
import { median, quantile } from "./support/stats.ts";
import { type Taken, timeDeno } from "./support/timed_command.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const ROUNDS = Number(option("rounds") ?? 21);
const ONLY = option("only") ?? "";

const ENTRIES = [
  "mod.ts",
  "endpoints/tcp.ts",
  "endpoints/unix_stream.ts",
  "endpoints/unix_seqpacket.ts",
  "interface/mod.ts",
  "peer/mod.ts",
  "protocol/mod.ts",
];

/** The same in the npm package, where esbuild has joined modules. */
const PACKED = ["npm/dist/mod.js", "npm/dist/endpoints/tcp.js"];

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function run(path: string): Promise<Taken> {
  const flags = ["--quiet", "--no-check", "--cached-only"];
  return timeDeno(["run", ...flags, path], { cwd: ROOT });
}

/** The median, and the middle half. */
function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [from, to] = [quantile(sorted, 0.25), quantile(sorted, 0.75)]
    .map((time) => time.toFixed(1));
  return `${median(times).toFixed(1)} ms (${from}–${to})`;
}

if (import.meta.main) {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const packed = await exists(ROOT + PACKED[0]) ? PACKED : [];
    const entries = [...ENTRIES, ...packed].filter((entry) =>
      entry.includes(ONLY)
    );
    const empties: Taken[] = [];
    const wall = entries.map((): number[] => []);
    const cpu = entries.map((): number[] => []);
    // The first two fill Deno's caches.
    for (let round = -2; round < ROUNDS; round++) {
      for (const [i, entry] of entries.entries()) {
        const nothing = await run(empty);
        const taken = await run(ROOT + entry);
        if (round < 0) continue;
        empties.push(nothing);
        wall[i]!.push(taken.wall - nothing.wall);
        cpu[i]!.push(taken.cpu - nothing.cpu);
      }
    }
    console.log("| entry | by the clock | CPU time | modules |");
    console.log("|---|--:|--:|--:|");
    const ofEmpty = [
      summary(empties.map((taken) => taken.wall)),
      summary(empties.map((taken) => taken.cpu)),
    ];
    console.log(`| an empty program | ${ofEmpty.join(" | ")} | |`);
    for (const [i, entry] of entries.entries()) {
      const { length } = await loadedModules(entry);
      const cells = [entry, summary(wall[i]!), summary(cpu[i]!), length];
      console.log(`| ${cells.join(" | ")} |`);
    }
  } finally {
    await Deno.remove(empty);
  }
}
