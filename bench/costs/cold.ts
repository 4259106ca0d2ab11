/**
 * Measures what the first work of fresh processes takes, beside the same work when they
 * are warm: `deno run -A bench/costs/cold.ts [FOLDER] [--rounds N] [--only TEXT]
 * [--transport tcp|unix|seqpacket|tcp-reactor|rings]`. With the folder of another
 * checkout it measures that one too, in turn.
 *
 * Each figure is that of a new client on CPU 0 and a new server on CPU 1: the median of
 * the rounds, and their middle half. Other programs disturb CPU time less than the clock.
 *
 * @module
 */
import { LineProcess } from "../support/line_process.ts";
import {
  COLD_WORKS,
  type ColdResult,
  type ColdRun,
} from "../support/cold/shape.ts";
import { option } from "../support/option.ts";
import { listenAddress } from "../support/shape.ts";
import { quantile } from "../support/stats.ts";

const here = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const [other] = Deno.args[0]?.startsWith("--") ? [] : Deno.args;
const folders = other === undefined ? [here] : [Deno.realPathSync(other), here];
const rounds = Number(option("rounds") ?? 7);
const transport = option("transport") ?? "tcp";
/** What goes behind the arguments of both processes. */
const sockets = transport === "tcp-reactor" ? ["reactor"] : [];
const paths = Deno.makeTempDirSync({ prefix: "rpc_cold_" });

console.log(
  "| work: thousands a second, CPU us of both sides | cold | next | warm | cold, CPU | next, CPU | warm, CPU |",
);
console.log("|---|--:|--:|--:|--:|--:|--:|");
for (const work of COLD_WORKS) {
  if (!work.includes(option("only") ?? "")) continue;
  const results = folders.map((): ColdResult[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, folder] of folders.entries()) {
      results[i]!.push(await measure(folder, work));
    }
  }
  for (const [i, folder] of folders.entries()) {
    const when = other === undefined
      ? ""
      : folder === here
      ? ", now"
      : ", before";
    const cells = [
      ...summaries(results[i]!, ({ perSecond }) => perSecond / 1000),
      ...summaries(results[i]!, ({ cpu }) => cpu),
    ];
    console.log(`| ${[`${work}${when}`, ...cells].join(" | ")} |`);
  }
}
Deno.removeSync(paths, { recursive: true });
Deno.exit();

async function measure(folder: string, work: string): Promise<ColdResult> {
  const at = listenAddress(transport, `${paths}/${crypto.randomUUID()}`);
  await using server = start(folder, 1, "ab/server.ts", at, ...sockets);
  const address = await server.readLine();
  await using client = start(
    folder,
    0,
    "cold/client.ts",
    address,
    work,
    `${server.pid}`,
    ...sockets,
  );
  return JSON.parse(await client.readLine());
}

function start(
  folder: string,
  cpu: number,
  script: string,
  ...args: string[]
): LineProcess {
  const url = new URL(`../support/${script}`, import.meta.url);
  return LineProcess.startWith(folder, cpu, url, args);
}

function summaries(
  results: readonly ColdResult[],
  figure: (run: ColdRun) => number,
): string[] {
  return (["cold", "next", "warm"] as const).map((name) =>
    summary(results.map((result) => figure(result[name])))
  );
}

function summary(figures: readonly number[]): string {
  const sorted = Float64Array.from(figures).sort();
  const [middle, least, most] = [0.5, 0.25, 0.75].map((part) => {
    const figure = quantile(sorted, part);
    return figure.toFixed(figure < 100 ? 1 : 0);
  });
  return `${middle} (${least}–${most})`;
}
