/**
 * Measures as `ratios.ts` does, but shortly, and names what has become slower since
 * the last milestone in `history/` by more than the spread: `deno run -A
 * bench/history.ts [--short] [--rounds N] [--save NAME] [options of ratios.ts]`.
 *
 * - It compares ratios to raw reads and writes of the same run, since figures depend
 *   on the machine: of rates, and of p50s where round trips are timed.
 * - It measures all transports, on two CPUs and on one.
 * - With `--save` the results become a milestone of that name.
 * - `--short` measures ping-pong and 256 calls in flight over some transports, in a
 *   minute.
 * - It is a report: what is slower is no failure.
 *
 * @module
 */
import { type Milestone, slowdowns } from "./support/history/milestone.ts";
import { thisMachine } from "./support/history/machine.ts";
import { option } from "./support/option.ts";
import type { ResultSet } from "./support/table.ts";

const folder = new URL("history/", import.meta.url);
const SHORT = {
  transport: "tcp|seqpacket|rings",
  only: "^(ping-pong|256 in flight)$",
} as const;
const isShort = Deno.args.includes("--short");
const given = Deno.args.filter((arg, i) =>
  arg !== "--short" && arg !== "--save" && Deno.args[i - 1] !== "--save"
);
const defaults = Object.entries({
  rounds: isShort ? "2" : "3",
  transport: "tcp|unix|seqpacket|tcp-reactor|rings",
  ...(isShort ? SHORT : {}),
}).flatMap(([name, value]) =>
  option(name) === undefined ? [`--${name}`, value] : []
);

const [before = 0] = Deno.loadavg();
const sets = await measure([...given, ...defaults]);
const [after = 0] = Deno.loadavg();
report(lastMilestone(), sets);
const name = option("save");
if (name !== undefined) save(name, sets);

async function measure(args: readonly string[]): Promise<ResultSet[]> {
  const file = Deno.makeTempFileSync({ suffix: ".json" });
  try {
    const script = new URL("ratios.ts", import.meta.url).href;
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", script, ...args, "--json", file],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) throw new Error("The measuring has failed");
    return JSON.parse(Deno.readTextFileSync(file));
  } finally {
    Deno.removeSync(file);
  }
}

/** The newest one: the names of the files begin with the date. */
function lastMilestone(): Milestone | null {
  // Git keeps no empty folder.
  Deno.mkdirSync(folder, { recursive: true });
  const names = [...Deno.readDirSync(folder)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const last = names.at(-1);
  if (last === undefined) return null;
  return JSON.parse(Deno.readTextFileSync(new URL(last, folder)));
}

function report(last: Milestone | null, sets: readonly ResultSet[]): void {
  if (last === null) {
    return console.log("There is no milestone to compare with.");
  }
  const isComparable = sets.some(({ title }) =>
    last.sets.some((set) => set.title === title)
  );
  if (!isComparable) {
    return console.log("The last milestone has nothing of what was measured.");
  }
  const since = `${last.name} (${last.date}, ${last.machine.cpu})`;
  const slower = slowdowns(last.sets, sets);
  if (slower.length === 0) {
    return console.log(
      `Nothing is slower than at ${since} by more than the spread.`,
    );
  }
  console.log(`Slower than at ${since} by more than the spread:`);
  for (const { what, before, now } of slower) {
    console.log(
      `- ${what}: ${now.toFixed(2)} of raw, was ${before.toFixed(2)}`,
    );
  }
}

function save(name: string, sets: ResultSet[]): void {
  const date = Temporal.Now.plainDateTimeISO().toString({
    smallestUnit: "minute",
  });
  const milestone: Milestone = {
    name,
    date,
    machine: thisMachine(),
    load: [before, after],
    sets,
  };
  const file = new URL(
    `${date}-${name}`.replaceAll(/\W+/g, "-") + ".json",
    folder,
  );
  Deno.writeTextFileSync(file, `${JSON.stringify(milestone, null, 2)}\n`);
  console.log(`Saved as ${file.pathname}`);
}
