/**
 * Compares this library with what one would pick in its place: `deno task bench:compare
 * [--rounds N] [--only TEXT] [--on split|same] [--json FILE] [--short]`. The packages of
 * the others come from npm, by `compare/peers/deno.json`.
 *
 * In a round all contestants do a work one after the other, in reverse order in every
 * other round; the first round warms up. A figure is the median of the rounds.
 *
 * @module
 */
import {
  type Entry,
  findContestants,
  NATS_PROGRAM,
} from "./compare/contestants.ts";
import { type Outcome, start, type Started } from "./compare/started.ts";
import { NatsServer } from "../tests/support/servers/nats_server.ts";
import { type NamedWork, WORKS } from "./compare/works.ts";
import { chosen, option } from "./support/option.ts";
import { canPin, type Cpu } from "./support/pinning.ts";
import { median } from "./support/stats.ts";

/** What one contestant did of one work, in all rounds. */
interface Row {
  readonly work: string;
  readonly contestant: string;
  readonly outcomes: readonly Outcome[];
}

const short = Deno.args.includes("--short");
const rounds = Number(option("rounds") ?? (short ? 1 : 3));
const only = option("only") ?? "";
const works = WORKS.filter((work) => work.short || !short);

if (!await canPin([0, 1])) {
  console.log("Skipping: there is no taskset with CPUs 0 and 1");
} else {
  const report: Record<string, readonly Row[]> = {};
  for (const [place, cpus] of [["split", [0, 1]], ["same", [0, 0]]] as const) {
    if (!chosen("on", place) || short && place === "same") continue;
    const rows = await compareOn(cpus);
    report[place] = rows;
    const where = place === "split" ? "two CPUs" : "one CPU";
    console.log(`### Compared, ${where}\n\n${tableOf(rows)}\n`);
    for (const line of remarks(rows)) console.log(line);
  }
  const file = option("json");
  if (file !== undefined) {
    const { os, arch } = Deno.build;
    const machine = { os, arch, release: Deno.osRelease(), ...Deno.version };
    const date = new Date().toISOString();
    const text = JSON.stringify({ date, machine, rounds, report }, null, 2);
    await Deno.writeTextFile(file, `${text}\n`);
  }
}

/** Runs all works, with clients and servers tied to these CPUs. */
async function compareOn(cpus: readonly [Cpu, Cpu]): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "rpc_compare_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const nats = NATS_PROGRAM === null
    ? null
    : stack.use(await NatsServer.start());
  const found = await findContestants(
    folder,
    nats === null ? null : `127.0.0.1:${nats.port}`,
  );
  const started: [Entry, Started][] = [];
  for (const entry of found) {
    if (entry.name.includes(only)) {
      started.push([entry, await start(entry, cpus, stack)]);
    }
  }
  const rows: Row[] = [];
  for (const work of works) rows.push(...await runWork(work, started));
  return rows;
}

async function runWork(
  work: NamedWork,
  started: readonly (readonly [Entry, Started])[],
): Promise<Row[]> {
  const outcomes = new Map(
    started.map(([{ name }]) => [name, [] as Outcome[]]),
  );
  for (let round = -1; round < rounds; round++) {
    if (Deno.stderr.isTerminal()) {
      console.error(`${work.name}: round ${round + 2} of ${rounds + 1}`);
    }
    const order = round % 2 === 0 ? started : started.toReversed();
    for (const [{ name }, contestant] of order) {
      const outcome = await contestant.run(work);
      if (round >= 0) outcomes.get(name)!.push(outcome);
    }
  }
  return [...outcomes].map(([contestant, outcomes]) => ({
    work: work.name,
    contestant,
    outcomes,
  }));
}

function tableOf(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(({ contestant }) => contestant))];
  const head = ["", ...works.map(({ name }) => name)];
  const lines = names.map((name) => [
    name,
    ...works.map((work) => {
      const row = rows.find((row) =>
        row.work === work.name && row.contestant === name
      );
      return figureOf(work, row?.outcomes ?? []);
    }),
  ]);
  const rule = head.map((_, i) => i === 0 ? "---" : "--:");
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function figureOf(work: NamedWork, outcomes: readonly Outcome[]): string {
  const results = outcomes.filter((outcome) =>
    outcome !== null && typeof outcome !== "string"
  );
  if (results.length === 0) {
    return outcomes.some((outcome) => typeof outcome === "string")
      ? "fails"
      : "";
  }
  if (work.byTime) {
    const time = median(results.map(({ p50 }) => p50 ?? NaN));
    return time < 1000 ? `${show(time)} us` : `${show(time / 1000)} ms`;
  }
  const rate = median(results.map(({ rate }) => rate));
  return rate < 1000 ? `${show(rate)} /s` : `${show(rate / 1000)} k/s`;
}

function show(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** What failed, and how. */
function remarks(rows: readonly Row[]): string[] {
  return rows.flatMap(({ work, contestant, outcomes }) => {
    const text = outcomes.find((outcome) => typeof outcome === "string");
    return text === undefined ? [] : [`${contestant}, ${work}: ${text}`];
  });
}
