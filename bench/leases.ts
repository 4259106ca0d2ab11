/**
 * Measures how long a lease takes over rings in shared memory, from `sendStream` to
 * the first look at the view in the other process: `deno run -A bench/leases.ts
 * [--rounds N] [--on split|same]`. Linux only; both processes are pinned.
 *
 * A p50 is the median of the rounds' p50s, with their range.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import { chosen, option } from "./support/option.ts";
import { canPin, denoCommand } from "./support/pinning.ts";
import { median } from "./support/stats.ts";

/** The p50 of a frame of this size has to be below so many microseconds, on two CPUs. */
const LIMIT = { size: 64 * 1024 * 1024, time: 20 };

interface Times {
  readonly size: number;
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

const rounds = option("rounds") ?? "7";
if (await canPin([0, 1])) {
  for (const [name, viewer] of [["split", 1], ["same", 0]] as const) {
    if (!chosen("on", name)) continue;
    const title = name === "split" ? "two CPUs" : "one CPU";
    const times = await measure(0, viewer);
    console.log(`### A frame by lease, send to view, ${title}\n`);
    console.log("| frame | p50 | p99 | |\n|---|--:|--:|---|");
    for (const time of times) console.log(row(time, name === "split"));
    console.log();
  }
} else console.log("Skipping: there is no taskset with CPUs 0 and 1");

async function measure(sender: number, viewer: number): Promise<Times[]> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_leases_" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const script = (name: string): URL =>
    new URL(`./support/leases/${name}`, import.meta.url);
  const path = `${folder}/s`;
  const viewing = stack.use(
    LineProcess.startDeno(viewer, script("lease_viewer.ts"), [path]),
  );
  await viewing.readLine();
  const args = ["run", "--quiet", "-A", script("lease_sender.ts").href];
  const { success, stdout } = await denoCommand(
    sender,
    [...args, path, rounds],
    { stderr: "inherit" },
  ).output();
  if (!success) throw new Error("The sender failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function row({ size, p50, p99 }: Times, hasLimit: boolean): string {
  const name = size < 1024
    ? `${size} bytes, copied`
    : size < 2 ** 20
    ? `${size / 1024} KiB`
    : `${size / 2 ** 20} MiB`;
  const us = (time: number): string => (time / 1000).toFixed(1);
  const figure = (times: readonly number[]): string =>
    `${us(median(times))} us (${us(Math.min(...times))}–${
      us(Math.max(...times))
    })`;
  const word = median(p50) / 1000 < LIMIT.time ? "pass" : "**FAIL**";
  const verdict = hasLimit && size === LIMIT.size
    ? `below ${LIMIT.time} us: ${word}`
    : "";
  return `| ${[name, figure(p50), figure(p99), verdict].join(" | ")} |`;
}
