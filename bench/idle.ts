/**
 * Measures the CPU time of processes with idle connections: `deno run -A
 * bench/idle.ts [--transport rings|seqpacket|unix] [--seconds N]`.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import { option } from "./support/option.ts";

/**
 * The most CPU time of one process, in percent of the elapsed time. Rings have
 * their own goal.
 */
const LIMITS: Readonly<Record<string, number>> = { rings: 0.1 };
const USUAL_LIMIT = 0.5;
/** Time for garbage collection and a last spin after the last message. */
const SETTLE_MS = 1000;

const cases = [
  { title: "1 connection", count: 1, waiting: 0 },
  { title: "100 connections", count: 100, waiting: 0 },
  { title: "1 connection, waiting for an answer", count: 1, waiting: 1 },
  { title: "100 connections, waiting for answers", count: 100, waiting: 100 },
] as const;

const script = new URL("./support/idle_process.ts", import.meta.url);
const transport = option("transport") ?? "seqpacket";
const limit = LIMITS[transport] ?? USUAL_LIMIT;
const time = 1000 * Number(option("seconds") ?? 5);

console.log(`| ${transport}, nothing to do | client | server | |`);
console.log("|---|--:|--:|---|");
for (const { title, count, waiting } of cases) {
  const shares = await measure(count, waiting);
  const verdict = Math.max(...shares) < limit ? "pass" : "**FAIL**";
  const cells = shares.map((share) => `${share.toFixed(2)} %`);
  console.log(`| ${[title, ...cells, verdict].join(" | ")} |`);
}

/** The shares of one CPU that client and server took, in percent. */
async function measure(count: number, waiting: number): Promise<number[]> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_idle_" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const address = addressIn(folder);
  const server = stack.use(
    LineProcess.startDeno(null, script, ["serve", address]),
  );
  await server.readLine();
  const client = stack.use(
    LineProcess.startDeno(null, script, [
      "connect",
      address,
      String(count),
      String(waiting),
    ]),
  );
  await client.readLine();
  const both = (time: number): Promise<string[]> =>
    Promise.all([client, server].map((process) => process.ask(String(time))));
  await both(SETTLE_MS);
  return (await both(time)).map((used) => 100 * Number(used) / time);
}

function addressIn(folder: string): string {
  switch (transport) {
    case "seqpacket":
      return `unix+seqpacket:${folder}/socket`;
    case "rings":
      return `unix+shm:${folder}/socket`;
    case "unix":
      return `unix:${folder}/socket`;
    default:
      throw new TypeError(`There is no transport "${transport}" here`);
  }
}
