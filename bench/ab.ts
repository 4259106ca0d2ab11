/**
 * Compares this checkout with another one of the same project, in one run: `deno
 * run -A bench/ab.ts FOLDER [--rounds N] [--pairs N] [--warm N]
 * [--transport NAME] [--on split|same] [--only TEXT,TEXT]`. Transports are tcp, unix and
 * seqpacket, which is what runs without the option, and tcp-reactor, unix-reactor and
 * rings.
 *
 * Each checkout has a client on CPU 0 and a server on CPU 1, or with `--on same` both
 * on CPU 0, and a measure runs in the two checkouts in turn. New processes are started
 * some times, as a process may keep a speed that is its own: when 4 MiB bodies are collected, say. A ratio above
 * 1 means that this checkout is faster: the first ratio is by the clock, the second
 * by the CPU time of both processes.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import { listenAddress } from "./support/shape.ts";
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
  "64 KiB bodies, disposed",
  "1 MiB bodies",
  "1 MiB bodies, disposed",
  "4 MiB bodies",
] as const;

const folder = Deno.realPathSync(Deno.args[0] ?? "");
/** How many rounds each pair of processes makes, and how many pairs there are. */
const rounds = Number(option("rounds") ?? "4");
const pairs = Number(option("pairs") ?? "5");
/** Rounds that don't count: the engine compiles what is hot, which takes longer on a busy machine. */
const warm = Number(option("warm") ?? "4");
const only = (option("only") ?? "").split(",");
const socketFolder = Deno.makeTempDirSync({ prefix: "rpc_ab_" });
let sides = 0;
const serverCpu = option("on") === "same" ? 0 : 1;
const chosen = option("transport");
const transports = chosen === undefined
  ? ["tcp", "unix", "seqpacket"]
  : [chosen];

for (const transport of transports) await compare(transport);
Deno.removeSync(socketFolder, { recursive: true });
Deno.exit();

async function compare(transport: string): Promise<void> {
  const measures = MEASURES.filter((measure) =>
    only.some((text) => measure.includes(text)) &&
    (transport !== "seqpacket" || !measure.includes("MiB"))
  );
  const ratios = new Map(measures.map((measure) => [measure, [] as Ratio[]]));
  const here = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  for (let pair = 0; pair < pairs; pair++) {
    await using stack = new AsyncDisposableStack();
    const before = await start(folder, transport, stack);
    const after = await start(here, transport, stack);
    for (const [measure, results] of ratios) {
      results.push(...await alternate(measure, before, after));
    }
  }
  for (const [measure, results] of ratios) {
    const figures = ([0, 1] as const).map((i) =>
      summary(results.map((ratio) => ratio[i]))
    );
    console.log(
      `${transport.padEnd(12)} ${measure.padEnd(26)} ${figures.join("   ")}`,
    );
  }
}

/** By the clock, and by CPU time. */
type Ratio = readonly [number, number];

/** The ratios of the rounds that count. */
async function alternate(
  measure: string,
  before: Side,
  after: Side,
): Promise<Ratio[]> {
  const ratios: Ratio[] = [];
  for (let round = -warm; round < rounds; round++) {
    const rates = new Map<Side, number[]>();
    for (const side of round % 2 === 0 ? [before, after] : [after, before]) {
      const answer = await side.client.ask(measure);
      rates.set(side, answer.split(" ").map(Number));
    }
    if (round < 0) continue;
    const [clock, cpu] = [0, 1].map((i) =>
      rates.get(after)![i]! / rates.get(before)![i]!
    );
    ratios.push([clock!, cpu!]);
  }
  return ratios;
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

async function start(
  root: string,
  transport: string,
  stack: AsyncDisposableStack,
): Promise<Side> {
  const address = listenAddress(transport, `${socketFolder}/${sides++}`);
  const sockets = transport.endsWith("-reactor") ? ["reactor"] : [];
  const run = (cpu: number, script: string, address: string): LineProcess => {
    const url = new URL(`./support/ab/${script}`, import.meta.url);
    const args = [address, ...sockets];
    return stack.use(LineProcess.startWith(root, cpu, url, args));
  };
  const server = run(serverCpu, "server.ts", address);
  return { server, client: run(0, "client.ts", await server.readLine()) };
}
