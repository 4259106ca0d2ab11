/**
 * `deno task bench:imports`: how long importing takes, in fresh processes that take
 * turns with an empty program, and how many modules that loads. Prints the median of
 * each above the empty program's. After `deno task npm` it measures that package too.
 *
 * @module
 */
import { loadedModules } from "../tests/support/processes/loaded_modules.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const ROUNDS = 21;

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

async function timeOf(path: string): Promise<number> {
  const begin = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--cached-only", path],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${path} has failed`);
  return performance.now() - begin;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

if (import.meta.main) {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const packed = await exists(ROOT + PACKED[0]) ? PACKED : [];
    const entries = [...ENTRIES, ...packed];
    const paths = [empty, ...entries.map((entry) => ROOT + entry)];
    const times = paths.map((): number[] => []);
    // The first two fill Deno's caches.
    for (let round = -2; round < ROUNDS; round++) {
      for (const [i, path] of paths.entries()) {
        const time = await timeOf(path);
        if (round >= 0) times[i]!.push(time);
      }
    }
    const [ofEmpty, ...others] = times.map(median);
    console.log(`empty program: ${ofEmpty!.toFixed(1)} ms`);
    for (const [i, entry] of entries.entries()) {
      const above = (others[i]! - ofEmpty!).toFixed(1);
      const { length } = await loadedModules(entry);
      console.log(`${entry}: ${above} ms more, ${length} modules`);
    }
  } finally {
    await Deno.remove(empty);
  }
}
