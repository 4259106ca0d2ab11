/**
 * Compares this checkout with another one of the same project, in one run: `deno
 * run -A bench/ab.ts FOLDER [--rounds N] [--warm N] [--transport
 * tcp|unix|seqpacket] [--only TEXT,TEXT]`.
 *
 * Each checkout has a client on CPU 0 and a server on CPU 1, and a measure runs in
 * the two checkouts in turn. A ratio above 1 means that this checkout is faster:
 * the first ratio is by the clock, the second by the CPU time of both processes.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import type { TransportName } from "./support/shape.ts";
import { median } from "./support/stats.ts";
import { option } from "./support/option.ts";

/** Measures of `support/ab/client.ts`. */
const MEASURES = [
  "ping-pong",
  "64 in flight",
  "256 in flight",
  "256 in flight, by handles",
  "one-way, each awaited",
  "updates",
  "64 KiB bodies",
  "4 MiB bodies",
] as const;

const folder = Deno.realPathSync(Deno.args[0] ?? "");
const rounds = Number(option("rounds") ?? "10");
/** Rounds that don't count: the engine compiles what is hot, which takes longer on a busy machine. */
const warm = Number(option("warm") ?? "4");
const only = (option("only") ?? "").split(",");
const sockets = Deno.makeTempDirSync({ prefix: "rpc_ab_" });
let sides = 0;
const transports = ["tcp", "unix", "seqpacket"] as const;

for (const transport of transports) {
  if ((option("transport") ?? transport) === transport) {
    await compare(transport);
  }
}
Deno.removeSync(sockets, { recursive: true });
Deno.exit();

async function compare(transport: TransportName): Promise<void> {
  const here = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  const pair = [await start(folder, transport), await start(here, transport)];
  for (const measure of MEASURES) {
    if (!only.some((text) => measure.includes(text))) continue;
    if (transport === "seqpacket" && measure === "4 MiB bodies") continue;
    const ratios: [number, number][] = [];
    for (let round = -warm; round < rounds; round++) {
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      const rates: number[][] = [];
      for (const i of order) {
        rates[i] = (await pair[i]!.client.ask(measure)).split(" ").map(Number);
      }
      const [before, after] = rates as [number[], number[]];
      if (round >= 0) {
        ratios.push([after[0]! / before[0]!, after[1]! / before[1]!]);
      }
    }
    const figures = [0, 1].map((i) =>
      summary(ratios.map((ratio) => ratio[i]!))
    );
    console.log(
      `${transport.padEnd(10)} ${measure.padEnd(26)} ${figures.join("   ")}`,
    );
  }
}

function summary(ratios: readonly number[]): string {
  const figures = [median(ratios), Math.min(...ratios), Math.max(...ratios)];
  const [middle, least, most] = figures.map((ratio) => ratio.toFixed(2));
  return `${middle} (${least} to ${most})`;
}

interface Side {
  readonly client: LineProcess;
  readonly server: LineProcess;
}

async function start(root: string, transport: TransportName): Promise<Side> {
  const file = (name: string): string => `${sockets}/${name}${sides++}`;
  const address = transport === "tcp"
    ? "tcp://127.0.0.1:0"
    : transport === "unix"
    ? `unix:${file("stream")}`
    : `unix+seqpacket:${file("seqpacket")}`;
  const run = (cpu: number, script: string, address: string): LineProcess =>
    LineProcess.start(cpu, Deno.execPath(), [
      "run",
      "--quiet",
      "-A",
      "--no-check",
      `--config=${root}/deno.json`,
      new URL(`./support/${script}`, import.meta.url).href,
      `file://${root}/mod.ts`,
      address,
    ]);
  const server = run(1, "ab/server.ts", address);
  return { server, client: run(0, "ab/client.ts", await server.readLine()) };
}
