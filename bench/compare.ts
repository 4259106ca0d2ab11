/**
 * Compares this library with what one would pick in its place: `deno task bench:compare
 * [--rounds N] [--only TEXT] [--work TEXT] [--on split|same] [--json FILE] [--short]
 * [--native PROGRAM] [--readme]`. The packages of the others come from npm, by
 * `compare/peers/deno.json`.
 *
 * - In a round all contestants do a work one after the other, in reverse order in every
 *   other round; the first round warms up. A figure is the median of the rounds.
 * - `--only` picks contestants, and `--work` works, by what is in their names.
 * - `--short` is one round of some works on two CPUs; `--rounds` and `--on` say more.
 * - With `--json` the figures are kept in that file after each work. What it has with as
 *   many rounds isn't measured again, so a run that was cut off can go on.
 * - With `--readme` the tables go into `README.md`.
 *
 * @module
 */
import {
  type Entry,
  findContestants,
  NATS_PROGRAM,
} from "./compare/contestants.ts";
import { measureWork } from "./compare/measure_work.ts";
import {
  emptyReport,
  findRow,
  type Place,
  readReport,
  withRows,
  writeReport,
} from "./compare/report.ts";
import { toConditions, toTables } from "./compare/tables.ts";
import { WORKS } from "./compare/works.ts";
import { NatsServer } from "../tests/support/servers/nats_server.ts";
import { chosen, option } from "./support/option.ts";
import { canPin } from "./support/pinning.ts";
import { writeFigures } from "./support/readme.ts";

const short = Deno.args.includes("--short");
const rounds = Number(option("rounds") ?? (short ? 1 : 3));
const file = option("json");
const works = WORKS.filter((work) =>
  (work.short || !short) && work.name.includes(option("work") ?? "")
);
const places: Place[] = (["split", "same"] as const).filter((place) =>
  chosen("on", place) && (place === "split" || !short || option("on") === place)
);

if (await canPin([0, 1])) await compare();
else console.log("Skipping: there is no taskset with CPUs 0 and 1");

async function compare(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "rpc_compare_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const nats = NATS_PROGRAM === null
    ? null
    : stack.use(await NatsServer.start());
  const host = nats === null ? null : `127.0.0.1:${nats.port}`;
  const found = await findContestants(folder, host, option("native"));
  const entries = found.filter(({ name }) =>
    name.includes(option("only") ?? "")
  );
  const tables: string[] = [];
  let report = file === undefined ? emptyReport() : readReport(file);
  for (const place of places) {
    for (const work of works) {
      const missing = entries.filter((entry) => !has(place, work.name, entry));
      if (missing.length === 0) continue;
      const rows = await measureWork(missing, work, place, rounds);
      report = withRows(report, rows);
      if (file !== undefined) writeReport(file, report);
    }
    const names = entries.map(({ name }) => name);
    tables.push(toConditions(report, place), toTables(report, place, names));
  }
  console.log(tables.join("\n"));
  if (Deno.args.includes("--readme")) {
    await writeFigures(tables.join("\n"), "## Figures of the comparison\n");
  }

  function has(place: Place, work: string, { name }: Entry): boolean {
    const row = findRow(report, place, work, name);
    return row !== undefined && row.outcomes.length >= rounds;
  }
}
