/**
 * How much memory hostile clients make a server take: `deno run -A bench/hostile.ts
 * [--seconds N] [--native PROGRAM]`. Linux only. The same clients attack this library
 * with its default options, with limits for the listener, and the native crate; then an
 * honest client asks whether it still answers.
 *
 * `--native` names a program that is built already.
 *
 * @module
 */
import { connect } from "../mod.ts";
import { ATTACKS } from "./support/hostile/attacks.ts";
import { Victim } from "./support/hostile/victim.ts";
import { buildNative } from "./support/native/native_program.ts";
import { option } from "./support/option.ts";

const MIB = 1024 * 1024;
const seconds = Number(option("seconds") ?? 10);
const LIMITS = {
  maxConnections: 100,
  maxTotalQueuedBytes: 64 * MIB,
  maxTotalOpenRequests: 1000,
};

function ours(options: object): string[] {
  const script = new URL("./support/hostile/server.ts", import.meta.url).href;
  const flags = ["--quiet", "--no-check", "--allow-net"];
  return [Deno.execPath(), "run", ...flags, script, JSON.stringify(options)];
}

const servers: Record<string, string[]> = {
  "this library": ours({}),
  "with limits for the listener": ours(LIMITS),
};
const given = option("native");
const native = given === undefined ? await buildNative() : { path: given };
if ("path" in native) {
  servers["the native crate"] = [native.path, "serve", "tcp://127.0.0.1:0"];
} else console.log(`Skipping the native crate: ${native.missing}`);

/** How long an honest client waits for an answer, in milliseconds; null for too long. */
async function ask(port: number): Promise<number | null> {
  const start = performance.now();
  try {
    const signal = AbortSignal.timeout(10_000);
    await using peer = await connect(`127.0.0.1:${port}`, { signal });
    await peer.call(1, "still there?", { signal });
    return performance.now() - start;
  } catch {
    return null;
  }
}

const names = Object.keys(servers);
console.log(`| attack, ${seconds} s | ${names.join(" | ")} |`);
console.log(`| - |${" - |".repeat(names.length)}`);
for (const [what, attack] of Object.entries(ATTACKS)) {
  const cells: string[] = [];
  for (const command of Object.values(servers)) {
    await using victim = await Victim.start(command);
    const before = await victim.peak();
    const attacking = attack(victim.port, seconds * 1000);
    // What it did to the attackers may show in their errors.
    await attacking.catch(() => {});
    const grown = await victim.peak() - before;
    const answer = await ask(victim.port);
    const after = answer === null
      ? "no answer in 10 s"
      : `answers in ${answer.toFixed(0)} ms`;
    cells.push(`${(grown / MIB).toFixed(0)} MiB, ${after}`);
  }
  console.log(`| ${what} | ${cells.join(" | ")} |`);
}
Deno.exit();
