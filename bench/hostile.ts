/**
 * What hostile clients make a server take, over each transport: `deno run -A
 * bench/hostile.ts [--seconds N] [--transport NAME] [--attack TEXT] [--native PROGRAM]
 * [--json FILE]`. Linux only. The same clients attack this library with its default
 * options, with limits for the listener, and the native crate where it has the
 * transport. An honest client calls meanwhile, and another one comes afterwards.
 *
 * It prints each result as it comes, and then tables. It fails if a server with limits
 * keeps an honest client waiting for 10 s, or keeps descriptors. `--native` names a
 * program that is built already. `--json` writes what was held over time.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { RpcError } from "../mod.ts";
import { type Arena, type Attack, ATTACKS } from "./support/hostile/attacks.ts";
import { type HostileLink, hostileLinks } from "./support/hostile/links.ts";
import { type Holding, Victim } from "./support/hostile/victim.ts";
import { buildNative } from "./support/native/native_program.ts";
import { option } from "./support/option.ts";

const MIB = 1024 * 1024;
/** After so long an answer counts as none, in milliseconds. */
const LONGEST = 10_000;
const LIMITS = {
  maxConnections: 100,
  maxTotalQueuedBytes: 64 * MIB,
  maxTotalOpenRequests: 1000,
  // So that a few clients can't take all of them.
  maxOpenReceivedRequests: 40,
};
const OURS = "this library", LIMITED = "with limits", NATIVE = "native";

/** What an attack came to. */
interface Result {
  readonly transport: string;
  readonly server: string;
  readonly attack: string;
  /** How much the resident memory grew at most, in bytes. */
  readonly grown: number;
  /** The longest wait of the honest client beside the attack, in milliseconds, or why it got no answer. */
  readonly beside: number | string;
  /** How long one that came afterwards waited. */
  readonly after: number | string;
  /** The descriptors before, at most, and in the end. */
  readonly descriptors: readonly [number, number, number];
  /** What was held over time. */
  readonly held: readonly Holding[];
}

const seconds = Number(option("seconds") ?? 5);
const only = option("transport"), attackOnly = option("attack");
await using stack = new AsyncDisposableStack();
const folder = await Deno.makeTempDir({ prefix: "rpc_" });
stack.defer(() => Deno.remove(folder, { recursive: true }));
const links = (await hostileLinks(folder, stack))
  .filter(({ name }) => only === undefined || name === only);
const attacks = Object.entries(ATTACKS)
  .filter(([name]) => attackOnly === undefined || name.includes(attackOnly));
const native = await nativeProgram();

const results: Result[] = [];
for (const link of links) {
  for (const [server, command] of serversOf(link)) {
    for (const [name, attack] of attacks) {
      if (server === NATIVE && name.includes("open requests")) continue;
      const measured = await measure(link, command, attack);
      const result = {
        transport: link.name,
        server,
        attack: name,
        ...measured,
      };
      results.push(result);
      console.log(line(result));
    }
  }
}
for (const server of [OURS, LIMITED, NATIVE]) printTable(server);
const json = option("json");
if (json !== undefined) {
  await Deno.writeTextFile(json, JSON.stringify({ seconds, results }));
}
const failed = results.filter(({ server, beside, after, descriptors }) =>
  server === LIMITED &&
  (typeof beside === "string" || typeof after === "string" ||
    descriptors[2] > descriptors[0] + 2)
);
console.log(`${results.length} attacks, ${failed.length} of them failed`);
for (const result of failed) console.log(line(result));
await stack.disposeAsync();
Deno.exit(failed.length === 0 ? 0 : 1);

async function nativeProgram(): Promise<string | null> {
  const given = option("native");
  if (given !== undefined) return given;
  const built = await buildNative();
  if ("path" in built) return built.path;
  console.log(`Skipping the native crate: ${built.missing}`);
  return null;
}

/** The servers that an attack is made on, and the commands that start them. */
function serversOf(link: HostileLink): [string, string[]][] {
  const ours = (options: object): string[] => {
    const script = new URL("./support/hostile/server.ts", import.meta.url).href;
    const all = { maxOpenReceivedRequests: 10_000, ...options };
    return [
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "-A", script],
      link.address,
      JSON.stringify({ ...link.serverOptions, ...all }),
      `${(seconds + 1) * 1000}`,
    ];
  };
  const servers: [string, string[]][] = [
    [OURS, ours({})],
    [LIMITED, ours(LIMITS)],
  ];
  if (native !== null && link.name === "TCP") {
    servers.push([NATIVE, [native, "serve", link.address]]);
  }
  return servers;
}

async function measure(
  link: HostileLink,
  command: readonly string[],
  attack: Attack,
): Promise<Omit<Result, "transport" | "server" | "attack">> {
  await using victim = await Victim.start(command);
  const { address } = victim;
  const signal = new AbortController().signal;
  await using honest = await link.connect(address, signal);
  // What runs for the first time is compiled and loaded meanwhile.
  for (let i = 0; i < 200; i++) await honest.call(1, "before");
  const descriptors = victim.descriptors();
  const peak = victim.peak();
  victim.watch();
  const arena: Arena = {
    open: () => link.open(address),
    begin: () => link.begin(address),
  };
  let over = false;
  const asking = (async () => {
    let longest = 0;
    while (!over) {
      const waited = await time(() => honest.call(1, "beside it"));
      if (typeof waited === "string") return waited;
      longest = Math.max(longest, waited);
      await sleep(50);
    }
    return longest;
  })();
  await attack(arena, seconds * 1000);
  over = true;
  const beside = await asking;
  const grown = victim.peak() - peak;
  const after = await time(async () => {
    const signal = AbortSignal.timeout(LONGEST);
    await using peer = await link.connect(address, signal);
    await peer.call(1, "still there?", { signal });
  });
  // It closes what has ended once it gets to it.
  for (let i = 0; i < 80 && victim.descriptors() > descriptors; i++) {
    await sleep(100);
  }
  const most = Math.max(
    descriptors,
    ...victim.held.map((held) => held.descriptors),
  );
  return {
    grown,
    beside,
    after,
    descriptors: [descriptors, most, victim.descriptors()],
    held: victim.held,
  };
}

/** How long something takes, in milliseconds; a text if it fails, or takes too long. */
async function time(work: () => Promise<unknown>): Promise<number | string> {
  const start = performance.now();
  try {
    const done = await Promise.race([
      work().then(() => true),
      sleep(LONGEST, false),
    ]);
    return done ? performance.now() - start : "no answer";
  } catch (error) {
    return error instanceof RpcError
      ? error.reason ?? error.code
      : String(error);
  }
}

function ms(time: number | string): string {
  return typeof time === "string" ? time : `${time.toFixed(0)} ms`;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}

function line(
  { transport, server, attack, grown, beside, after, descriptors }: Result,
): string {
  const [before, most, left] = descriptors;
  return `${transport}, ${server}: ${attack}: ${mib(grown)}, answers in ${
    ms(beside)
  }, then ${ms(after)}; descriptors ${before}, ${most}, ${left}`;
}

/** A row for each attack, a column for each transport. */
function printTable(server: string): void {
  const ofServer = results.filter((result) => result.server === server);
  const names = [...new Set(ofServer.map(({ transport }) => transport))];
  if (names.length === 0) return;
  console.log(`\n| ${server}, ${seconds} s | ${names.join(" | ")} |`);
  console.log(`| - |${" - |".repeat(names.length)}`);
  for (const [attack] of attacks) {
    const cells = names.map((name) => {
      const result = ofServer.find((result) =>
        result.attack === attack && result.transport === name
      );
      if (result === undefined) return "";
      return `${mib(result.grown)}, ${ms(result.beside)}, ${ms(result.after)}`;
    });
    console.log(`| ${attack} | ${cells.join(" | ")} |`);
  }
}
