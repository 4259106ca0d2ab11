/**
 * Measures whether a call costs the same however many requests and connections there
 * are: `deno run -A bench/costs/flat.ts [FOLDER] [--rounds N] [--only TEXT] [--transport
 * unix|seqpacket]`. With a folder it measures that checkout in the place of this one.
 *
 * Each case has a client on CPU 0 and a server on CPU 1. In a round, all cases do their
 * calls in turn. The figures are CPU time of both processes for each call, and ratios
 * to the first case of a row.
 *
 * @module
 */
import type { FlatCase } from "../support/flat/shape.ts";
import { LineProcess } from "../support/line_process.ts";
import { option } from "../support/option.ts";
import { median } from "../support/stats.ts";

const NOTHING: FlatCase = {
  open: 0,
  idle: 0,
  connections: 1,
  width: 64,
  calls: 40_000,
};
const ROWS: readonly (readonly [string, ...FlatCase[]])[] = [
  [
    "64 calls in flight beside 1, 100, 1000, 10,000 open requests",
    ...[1, 100, 1000, 10_000].map((open) => ({ ...NOTHING, open })),
  ],
  [
    "256, 1000, 10,000 calls in flight",
    ...[256, 1000, 10_000].map((width) => ({ ...NOTHING, width })),
  ],
  [
    "64 calls in flight beside 0, 10, 100, 999 idle connections",
    ...[0, 10, 100, 999].map((idle) => ({ ...NOTHING, idle })),
  ],
  [
    "1, 10, 100, 1000 connections with one call each",
    ...[1, 10, 100, 1000].map((connections) => ({
      ...NOTHING,
      connections,
      width: 1,
      calls: 6000,
    })),
  ],
];
/** The goal: how many times as much a call may cost. */
const MOST = 1.2;

const [given] = Deno.args[0]?.startsWith("--") ? [] : Deno.args;
const here = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const folder = given === undefined ? here : Deno.realPathSync(given);
const rounds = Number(option("rounds") ?? 5);
const scheme = option("transport") === "seqpacket" ? "unix+seqpacket" : "unix";
const sockets = Deno.makeTempDirSync({ prefix: "rpc_flat_" });

console.log("| CPU time of a call | us | to the first | |");
console.log("|---|---|---|---|");
for (const [title, ...cases] of ROWS) {
  if (!title.includes(option("only") ?? "")) continue;
  await using stack = new AsyncDisposableStack();
  const clients: LineProcess[] = [];
  for (const flat of cases) {
    const server = stack.use(start(1, "server.ts", addressOf()));
    const address = await server.readLine();
    const client = stack.use(
      start(0, "client.ts", address, JSON.stringify(flat)),
    );
    await client.readLine();
    clients.push(client);
  }
  const times = clients.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, client] of clients.entries()) {
      times[i]!.push(Number(await client.ask("work")));
    }
  }
  const ratios = times.map((all) =>
    median(all.map((time, round) => time / times[0]![round]!))
  );
  console.log(
    `| ${
      [
        title,
        times.map((all) => median(all).toFixed(2)).join(", "),
        ratios.map((ratio) => ratio.toFixed(2)).join(", "),
        Math.max(...ratios) <= MOST ? "pass" : "**FAIL**",
      ].join(" | ")
    } |`,
  );
}
Deno.removeSync(sockets, { recursive: true });
Deno.exit();

function addressOf(): string {
  return `${scheme}:${sockets}/${crypto.randomUUID()}`;
}

function start(cpu: number, script: string, ...args: string[]): LineProcess {
  const url = new URL(`../support/flat/${script}`, import.meta.url);
  return LineProcess.startWith(folder, cpu, url, args);
}
