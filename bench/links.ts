/**
 * Measures what a link costs beside a peer, over a Unix socket, and how long a program
 * that is looked after is away after `kill -9`: `deno run -A bench/links.ts [--rounds N]`.
 *
 * @module
 */
import process from "node:process";
import { connect, type StreamBody } from "../mod.ts";
import type { Caller } from "../peer/mod.ts";
import { reconnect } from "../reconnect/mod.ts";
import { supervise, type Supervisor } from "../supervise/mod.ts";
import { option } from "./support/option.ts";
import { canPin } from "./support/pinning.ts";
import { median } from "./support/stats.ts";

const ROUNDS = Number(option("rounds") ?? 7);
const TRIPS = 5000, IN_FLIGHT = 256, CALLS = 50_000, KILLS = 10;
const BODY = new Uint8Array(32);

type Side = Caller<StreamBody>;

const folder = Deno.makeTempDirSync({ prefix: "rpc_links_" });
const pinned = await canPin([0, 1]);
if (pinned) await pinThis();
else console.log("Not pinned: that takes taskset and two CPUs.");
try {
  await compare(`${folder}/socket`);
  await restart("over descriptor 3", () => start());
  await restart("with an address", () => start(`${folder}/other`));
} finally {
  Deno.removeSync(folder, { recursive: true });
}

/** Ties this process to CPU 0. */
async function pinThis(): Promise<void> {
  const args = ["--all-tasks", "--pid", "--cpu-list", "0", `${Deno.pid}`];
  await new Deno.Command("taskset", { args, stdout: "null" }).output();
}

function start(path?: string): Supervisor {
  const script = new URL("support/link_server.ts", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "-A", "--quiet", "--no-check", script];
  const pin = pinned ? ["taskset", "--cpu-list", "1"] : [];
  const [program, ...args] = [...pin, ...deno, ...(path ? [path] : [])];
  const options = { command: [program!, ...args] as const };
  return path === undefined ? supervise(options) : supervise({
    ...options,
    address: `unix:${path}`,
    // Else it would go on when this bench is killed.
    dieWithParent: Deno.build.os === "linux" ? "pdeathsig" : "socket",
  });
}

async function compare(path: string): Promise<void> {
  await using server = start(path);
  await server.link.ready();
  await using peer = await connect(`unix:${path}`);
  await using link = reconnect(`unix:${path}`);
  const sides: readonly Side[] = [peer, link as unknown as Side];
  console.log("| 32 bytes, Unix socket | peer | link | ratio | from to |");
  console.log("|---|--:|--:|--:|--:|");
  for (
    const [name, measure] of [
      ["a call, in µs", latency],
      ["calls/s, 256 in flight", rate],
      ["CPU time of a call, in ns", cpuTime],
    ] as const
  ) {
    for (const side of sides) await measure(side);
    const rounds: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const results = [0, 0];
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      for (const i of order) results[i] = await measure(sides[i]!);
      rounds.push(results);
    }
    const of = (i: number): string =>
      median(rounds.map((results) => results[i]!)).toFixed(0);
    const ratios = rounds.map(([a, b]) => b! / a!);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    const spread = `${least.toFixed(2)} to ${most.toFixed(2)}`;
    const ratio = median(ratios).toFixed(2);
    console.log(`| ${[name, of(0), of(1), ratio, spread].join(" | ")} |`);
  }
}

async function latency(side: Side): Promise<number> {
  const times: number[] = [];
  for (let trip = 0; trip < TRIPS; trip++) {
    const begin = performance.now();
    await side.call(1, BODY);
    times.push(performance.now() - begin);
  }
  return 1000 * median(times);
}

async function rate(side: Side): Promise<number> {
  let left = CALLS;
  const begin = performance.now();
  const work = async (): Promise<void> => {
    while (left-- > 0) await side.call(1, BODY);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return 1000 * CALLS / (performance.now() - begin);
}

/** That of this process, with many calls in flight. */
async function cpuTime(side: Side): Promise<number> {
  const before = process.cpuUsage();
  await rate(side);
  const { user, system } = process.cpuUsage(before);
  return 1000 * (user + system) / CALLS;
}

async function restart(how: string, make: () => Supervisor): Promise<void> {
  const times: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await using server = make();
    await server.link.call(1, BODY);
    const begin = performance.now();
    Deno.kill(server.pid!, "SIGKILL");
    await server.link.call(1, BODY, { idempotent: true });
    times.push(performance.now() - begin);
  }
  const [least, most] = [Math.min(...times), Math.max(...times)];
  console.log(
    `From kill -9 to the next answer, ${how}: ${median(times).toFixed(0)} ms, ${
      least.toFixed(0)
    } to ${most.toFixed(0)}`,
  );
}
