/**
 * Measures what an open request takes on either side, in two processes: `deno run -A
 * bench/memory.ts [FOLDER] [--count N] [--transport unix|tcp]`. With the folder of
 * another checkout it measures that one too.
 *
 * The heap is what the engine and its buffers hold after garbage collection, one
 * second and more after the last request was opened. Resident is what the system has
 * given, which also has the collector's room.
 *
 * @module
 */
import { LineProcess } from "./support/line_process.ts";
import { type Form, FORMS } from "./support/memory/shape.ts";
import type { Usage } from "./support/memory/usage.ts";
import { option } from "./support/option.ts";

const here = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const [other] = Deno.args[0]?.startsWith("--") ? [] : Deno.args;
const folders = other === undefined ? [here] : [Deno.realPathSync(other), here];
const count = Number(option("count") ?? 100_000);
const transport = option("transport") ?? "unix";
const sockets = Deno.makeTempDirSync({ prefix: "rpc_memory_" });
/** Longer than what a connection looks at each second. */
const SETTLE_MS = 2500;

console.log(`${count} open requests over ${transport}, bytes each`);
for (const form of FORMS) {
  for (const folder of folders) {
    const [caller, callee] = await measure(folder, form);
    console.log(`${folder}:`);
    console.log(`  ${form.caller.padEnd(14)} ${format(caller)}`);
    console.log(`  ${form.callee.padEnd(14)} ${format(callee)}`);
  }
}
Deno.removeSync(sockets, { recursive: true });
Deno.exit();

/** What each request takes in the caller and in the callee. */
async function measure(folder: string, form: Form): Promise<[Usage, Usage]> {
  const start = (script: string, ...args: string[]): LineProcess =>
    LineProcess.start(null, Deno.execPath(), [
      "run",
      "--quiet",
      "-A",
      "--no-check",
      "--v8-flags=--expose-gc",
      `--config=${folder}/deno.json`,
      new URL(`./support/memory/${script}`, import.meta.url).href,
      `file://${folder}/mod.ts`,
      ...args,
    ]);
  const file = `${sockets}/${crypto.randomUUID()}`;
  const at = transport === "tcp" ? "tcp://127.0.0.1:0" : `unix:${file}`;
  await using callee = start("callee.ts", at, form.callee, `${count}`);
  const address = await callee.readLine();
  await using caller = start("caller.ts", address, form.caller, `${count}`);
  await caller.readLine();
  const both = [caller, callee];
  const before = await usageOf(both);
  await caller.ask("open");
  await callee.ask("held");
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const after = await usageOf(both);
  return [each(before[0]!, after[0]!), each(before[1]!, after[1]!)];
}

async function usageOf(processes: readonly LineProcess[]): Promise<Usage[]> {
  const lines = await Promise.all(
    processes.map((process) => process.ask("usage")),
  );
  return lines.map((line) => JSON.parse(line));
}

function each(before: Usage, after: Usage): Usage {
  return {
    heap: (after.heap - before.heap) / count,
    resident: (after.resident - before.resident) / count,
  };
}

function format({ heap, resident }: Usage): string {
  return `heap ${heap.toFixed(0)}, resident ${resident.toFixed(0)}`;
}
