/**
 * `deno task mutate --sample N [--seed N] [--only PATH] [--seconds N] [--fresh]
 * [--again]`: makes small changes in the sources, each in a copy of the checkout, and
 * runs the tests that run the line that was changed. Those that no test notices are
 * listed: each is a test that is missing, or code that can go.
 *
 * Of the tests of a line those of its folder run first, then the quickest, as many as
 * take up to `--seconds` (60). The first time it finds out which test runs which lines,
 * which takes about as long as all tests one by one; `coverage/tests.json` keeps it,
 * tests that are newer are added, and `--fresh` makes it anew, for changed sources. All
 * outcomes are written to `coverage/mutations.json`; with `--again` those of its
 * mutations are tried that survived or weren't run, wherever their lines are by now.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Prng } from "../../tests/fuzz/prng.ts";
import { readSources } from "../dev/source_tree.ts";
import { coverageOf, type TestCoverage } from "./coverage_map.ts";
import {
  isUnnoticed,
  type Outcome,
  testsFor,
  tryMutation,
  within,
} from "./mutant.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";

const ROOT = new URL("../../", import.meta.url).pathname.slice(0, -1);
const SOURCES = [
  ...["protocol", "peer", "transports", "endpoints", "listener", "interface"],
  "internal",
];
const CPUS = navigator.hardwareConcurrency;
const MAP = `${ROOT}/coverage/tests.json`;
const OUTCOMES = `${ROOT}/coverage/mutations.json`;

/** A mutation, and how it went: so many tests of all that run it. */
type Tried = Mutation & { outcome: Outcome; tests: number; of: number };

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "30" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "60" },
    fresh: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
  },
});

/** The tests that are run from others, or take minutes. */
const LEFT_OUT = /^tests\/(?:npm|interop|docs)\//;

/** Does something with each item, as many at once as there are CPUs, each of which has its number. */
async function eachOf<T>(
  items: readonly T[],
  act: (item: T, index: number, worker: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  await Promise.all(
    Array.from({ length: CPUS }, async (_, worker) => {
      for (const [i, item] of entries) await act(item, i, worker);
    }),
  );
}

/** What is known of the tests, and when it was found out. */
async function knownCoverage(): Promise<[TestCoverage[], Date]> {
  if (values.fresh) return [[], new Date(0)];
  try {
    const { mtime } = await Deno.stat(MAP);
    return [JSON.parse(await Deno.readTextFile(MAP)), mtime ?? new Date(0)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [[], new Date(0)];
    throw error;
  }
}

async function coverage(): Promise<TestCoverage[]> {
  const [known, since] = await knownCoverage();
  const tests = (await readSources(ROOT)).map(({ path }) => path)
    .filter((path) => path.endsWith("_test.ts") && !LEFT_OUT.test(path));
  const found: TestCoverage[] = [];
  const left: string[] = [];
  for (const path of tests) {
    const before = known.find(({ test }) => test === path);
    const { mtime } = await Deno.stat(`${ROOT}/${path}`);
    if (before === undefined || mtime! > since) left.push(path);
    else found.push(before);
  }
  if (left.length === 0) return found;
  await eachOf(left, async (test, i) => {
    const covered = await coverageOf(ROOT, test, SOURCES);
    const fails = covered === null ? ": fails, and is left out" : "";
    console.log(`${i + 1} of ${left.length}: ${test}${fails}`);
    if (covered !== null) found.push(covered);
  });
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

/** Those that survived the last time, or weren't run. */
async function survivors(all: readonly Mutation[]): Promise<Mutation[]> {
  const { outcomes }: { outcomes: Tried[] } = JSON.parse(
    await Deno.readTextFile(OUTCOMES),
  );
  const left = outcomes.filter(({ outcome }) => isUnnoticed(outcome));
  return all.filter(({ path, text, what }) =>
    left.some((other) =>
      other.path === path && other.text === text && other.what === what
    )
  );
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
const sample = values.again
  ? await survivors(all)
  : sampleOf(all, Number(values.sample), seed);
console.log(`${sample.length} of ${all.length} mutations, seed ${seed}`);
const checkouts = await Promise.all(Array.from({ length: CPUS }, copyCheckout));
const outcomes: Tried[] = [];
try {
  await eachOf(sample, async (mutation, i, worker) => {
    const all = testsFor(mutation, covered);
    const tests = within(1000 * Number(values.seconds), all);
    const outcome = await tryMutation(checkouts[worker]!, mutation, tests);
    outcomes.push({
      ...mutation,
      outcome,
      tests: tests.length,
      of: all.length,
    });
    const { path, line, what, text } = mutation;
    const at = `${i + 1}`.padStart(`${sample.length}`.length);
    const cut = outcome === "survived" && tests.length < all.length
      ? `, ${tests.length} of ${all.length} tests`
      : "";
    console.log(`${at} ${outcome.padEnd(8)} ${path}:${line}: ${what}${cut}`);
    if (isUnnoticed(outcome)) console.log(text);
    await Deno.writeTextFile(
      OUTCOMES,
      JSON.stringify({ seed, outcomes }, null, 2),
    );
  });
} finally {
  for (const checkout of checkouts) {
    await Deno.remove(checkout, { recursive: true });
  }
}
const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
console.log(
  [...counts].map(([outcome, { length }]) => `${length} ${outcome}`)
    .join(", "),
);
