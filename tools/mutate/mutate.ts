/**
 * `deno task mutate --sample N [--seed N] [--only PATH]`: makes small changes in the
 * sources, one at a time, and runs the tests that call what was changed. Those that no
 * test notices are listed: each is a test that is missing, or code that can go.
 *
 * The first time it finds out which test calls what, which takes about as long as all
 * tests one by one; `coverage/tests.json` keeps it, and `--fresh` makes it anew. All
 * outcomes are written to `coverage/mutations.json`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Prng } from "../../tests/fuzz/prng.ts";
import { readSources } from "../dev/source_tree.ts";
import { coverageOf, type TestCoverage } from "./coverage_map.ts";
import { type Outcome, testsFor, tryMutation } from "./mutant.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";

const ROOT = new URL("../../", import.meta.url).pathname.slice(0, -1);
const SOURCES = ["protocol", "peer", "transports", "listener", "interface"];
const MAP = `${ROOT}/coverage/tests.json`;

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "30" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    only: { type: "string", default: "" },
    fresh: { type: "boolean", default: false },
  },
});

/** The tests that are run from others, or take minutes. */
const LEFT_OUT = /^tests\/(?:npm|interop|docs)\//;

async function coverage(): Promise<TestCoverage[]> {
  if (!values.fresh) {
    try {
      return JSON.parse(await Deno.readTextFile(MAP));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const tests = (await readSources(ROOT)).map(({ path }) => path)
    .filter((path) => path.endsWith("_test.ts") && !LEFT_OUT.test(path));
  const found: TestCoverage[] = [];
  for (const [i, test] of tests.entries()) {
    console.log(`${i + 1} of ${tests.length}: ${test}`);
    const covered = await coverageOf(ROOT, test, SOURCES);
    if (covered === null) console.log("  fails, and is left out");
    else found.push(covered);
  }
  await Deno.mkdir(`${ROOT}/coverage`, { recursive: true });
  await Deno.writeTextFile(MAP, JSON.stringify(found));
  return found;
}

/** So many of them, each with the same chance. */
function sampleOf(all: Mutation[], count: number, seed: number): Mutation[] {
  const prng = new Prng(seed);
  const rest = [...all];
  const sample: Mutation[] = [];
  while (sample.length < count && rest.length > 0) {
    sample.push(...rest.splice(prng.int(0, rest.length - 1), 1));
  }
  return sample;
}

/** A copy of what git knows, and the working tree has now. */
async function copyCheckout(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_mutant_" });
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-z"],
    cwd: ROOT,
  }).output();
  for (const path of new TextDecoder().decode(stdout).split("\0")) {
    if (path === "") continue;
    const to = `${folder}/${path}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(`${ROOT}/${path}`, to);
  }
  return folder;
}

const covered = await coverage();
const sources = (await readSources(ROOT)).filter(({ path }) =>
  SOURCES.some((folder) => path.startsWith(`${folder}/`)) &&
  path.startsWith(values.only)
);
const all = sources.flatMap(({ path, text }) => mutationsOf(path, text));
const seed = Number(values.seed);
const sample = sampleOf(all, Number(values.sample), seed);
console.log(`${sample.length} of ${all.length} mutations, seed ${seed}`);
const checkout = await copyCheckout();
const outcomes: (Mutation & { outcome: Outcome })[] = [];
try {
  for (const [i, mutation] of sample.entries()) {
    const tests = testsFor(mutation, covered);
    const outcome = await tryMutation(checkout, mutation, tests);
    outcomes.push({ ...mutation, outcome });
    const { path, line, what } = mutation;
    const at = `${i + 1}`.padStart(`${sample.length}`.length);
    console.log(`${at} ${outcome.padEnd(10)} ${path}:${line}: ${what}`);
    await Deno.writeTextFile(
      `${ROOT}/coverage/mutations.json`,
      JSON.stringify({ seed, outcomes }, null, 2),
    );
  }
} finally {
  await Deno.remove(checkout, { recursive: true });
}
const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
console.log(
  [...counts].map(([outcome, { length }]) => `${length} ${outcome}`)
    .join(", "),
);
