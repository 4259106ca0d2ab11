/**
 * Measures how fast other sockets of a program are beside a busy connection on the
 * reactor: `deno run -A bench/neighbours.ts [--rounds N] [--transport
 * seqpacket|tcp-reactor|rings] [--interval 1|61] [--readme]`. Linux only.
 *
 * - It measures with the default after how many turns Deno looks at its own sockets,
 *   and where it looks after each: `DENO_TOKIO_EVENT_INTERVAL=1`.
 * - The client is on one CPU. The server of the calls and a TCP server of Deno's are
 *   on the other, in a process each, so that only the client has both.
 *
 * @module
 */
import type { NeighbourRound } from "./support/neighbour_client.ts";
import { canPin, type Cpu, denoCommand } from "./support/pinning.ts";
import { writeFigures } from "./support/readme.ts";
import { ServerProcess } from "./support/server_process.ts";
import { median } from "./support/stats.ts";
import { chosen, option } from "./support/option.ts";
import { TITLES } from "./support/shape.ts";

/** The largest p50 beside one call at a time, as a multiple of the p50 alone. */
const P50_LIMIT = 1.5;
/** The largest p99 beside 256 calls in flight, in microseconds. */
const P99_LIMIT = 2000;

/** What runs on the reactor. */
const TRANSPORTS = ["seqpacket", "tcp-reactor", "rings"] as const;
type OnReactor = typeof TRANSPORTS[number];
/** After how many turns Deno looks at its own sockets; the last is its default. */
const INTERVALS = ["1", "61"] as const;

const rounds = option("rounds") ?? "5";
const pinned = await canPin([0, 1]);
if (!pinned) console.log("No taskset with CPUs 0 and 1: nothing is pinned.\n");

const lines = [
  "| interval | beside | TCP alone, p50 | p99 | beside, p50 | p99 | calls alone | beside it | |",
  "|--:|---|--:|--:|--:|--:|--:|--:|---|",
];
for (const interval of INTERVALS) {
  if (!chosen("interval", interval)) continue;
  for (const transport of TRANSPORTS) {
    if (!chosen("transport", transport)) continue;
    for (const count of [1, 256]) {
      const all = await measure(
        interval,
        transport,
        count,
        pinned ? 0 : null,
        pinned ? 1 : null,
      );
      lines.push(row(interval, transport, count, all));
    }
  }
}
const text = `${lines.join("\n")}\n`;
console.log(text);
if (Deno.args.includes("--readme")) {
  await writeFigures(text, "## Figures of neighbours\n");
}

function row(
  interval: string,
  transport: OnReactor,
  count: number,
  all: readonly NeighbourRound[],
): string {
  const of = (run: (round: NeighbourRound) => number): number =>
    median(all.map(run));
  const p50 = of(({ beside }) => beside.p50) / of(({ alone }) => alone.p50);
  const holds = count === 1
    ? p50 <= P50_LIMIT
    : of(({ beside }) => beside.p99) <= P99_LIMIT;
  const cells = [
    interval,
    `${TITLES[transport]}, ${count === 1 ? "ping-pong" : `${count} in flight`}`,
    ...(["alone", "beside"] as const).flatMap((name) => [
      `${of((round) => round[name].p50).toFixed(1)} us`,
      `${of((round) => round[name].p99).toFixed(0)} us`,
    ]),
    `${(of(({ callsAlone }) => callsAlone.perSecond) / 1000).toFixed(1)} k/s`,
    `${(of(({ callsBeside }) => callsBeside.perSecond) / 1000).toFixed(1)} k/s`,
    holds ? "pass" : "**FAIL**",
  ];
  return `| ${cells.join(" | ")} |`;
}

async function measure(
  interval: string,
  transport: OnReactor,
  count: number,
  client: Cpu,
  server: Cpu,
): Promise<NeighbourRound[]> {
  await using calls = await ServerProcess.start({
    transports: [transport],
    cpu: server,
  });
  await using echo = await ServerProcess.start({
    transports: ["tcp"],
    cpu: server,
  });
  const { raw } = echo.addresses("tcp");
  const { success, stdout } = await denoCommand(client, [
    "run",
    "--quiet",
    "-A",
    new URL("./support/neighbour_client.ts", import.meta.url).href,
    JSON.stringify(calls.addresses(transport)),
    "port" in raw ? String(raw.port) : "",
    String(count),
    rounds,
  ], {
    stderr: "inherit",
    env: { DENO_TOKIO_EVENT_INTERVAL: interval },
  }).output();
  if (!success) throw new Error("The client failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}
