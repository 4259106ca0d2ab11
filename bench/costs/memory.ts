/**
 * Measures what an open request and an idle connection take on either side, in two
 * processes: `deno run -A bench/costs/memory.ts [FOLDER] [--only requests|connections]
 * [--requests N] [--connections N] [--transport NAME|NAME]`. With the folder of another
 * checkout it measures that one too.
 *
 * The heap is what the engine and its buffers hold after garbage collection. Resident
 * is what the system has given, which also has the collector's room: the engine gives
 * that back some time after the work. Memory that both ends share is in the resident
 * memory of both.
 *
 * @module
 */
import type { LineProcess } from "../support/line_process.ts";
import { option } from "../support/option.ts";
import { listenAddress } from "../support/shape.ts";
import {
  eachOf,
  startEnd,
  type Usages,
  usagesOf,
} from "../support/memory/end.ts";
import { type Form, FORMS } from "../support/memory/shape.ts";
import type { Usage } from "../support/memory/usage.ts";

const here = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const [other] = Deno.args[0]?.startsWith("--") ? [] : Deno.args;
const folders = other === undefined ? [here] : [Deno.realPathSync(other), here];
const only = option("only");
const sockets = Deno.makeTempDirSync({ prefix: "rpc_memory_" });
/** Longer than what a connection looks at each second. */
const SETTLE_MS = 2500;
/** So long after a full collection the engine has given back what it doesn't need. */
const IDLE_MS = 40_000;
/** Connections before those that are counted: by then code is loaded and compiled, and the heap has grown. */
const FIRST = 500;
const TRANSPORTS = [
  "raw",
  "tcp",
  "unix",
  "seqpacket",
  "tcp-reactor",
  "unix-reactor",
  "rings",
];
const chosen = option("transport")?.split("|") ?? TRANSPORTS;

if (only !== "connections") await requests();
if (only !== "requests") await connections();
Deno.removeSync(sockets, { recursive: true });
Deno.exit();

async function requests(): Promise<void> {
  const count = Number(option("requests") ?? 100_000);
  console.log(`| ${count} open requests, bytes each | heap | resident |`);
  console.log("|---|--:|--:|");
  for (const form of FORMS) {
    for (const folder of folders) {
      const [caller, callee] = await openRequests(folder, form, count);
      row(`caller, ${form.caller}${nameOf(folder)}`, caller, 1);
      row(`callee, ${form.callee}${nameOf(folder)}`, callee, 1);
    }
  }
}

async function openRequests(
  folder: string,
  form: Form,
  count: number,
): Promise<Usages> {
  const at = addressOf("unix");
  await using callee = startEnd(
    folder,
    "callee.ts",
    at,
    form.callee,
    `${count}`,
  );
  const address = await callee.readLine();
  await using caller = startEnd(
    folder,
    "caller.ts",
    address,
    form.caller,
    `${count}`,
  );
  await caller.readLine();
  const before = await usagesOf([caller, callee]);
  await caller.ask("open");
  await callee.ask("held");
  await wait(SETTLE_MS);
  return eachOf(before, await usagesOf([caller, callee]), count);
}

async function connections(): Promise<void> {
  const count = Number(option("connections") ?? 1000);
  console.log(`\n| ${count} idle connections, KiB each | heap | resident |`);
  console.log("|---|--:|--:|");
  // They do nothing most of the time, so all go on at once.
  const measured = await Promise.all(
    chosen.flatMap((transport) =>
      (transport === "raw" ? [here] : folders).map(async (folder) => ({
        name: `${transport}${transport === "raw" ? "" : nameOf(folder)}`,
        results: await idleConnections(folder, transport, count),
      }))
    ),
  );
  for (const { name, results: [fresh, worked] } of measured) {
    row(`${name}, client`, fresh[0], 1024);
    row(`${name}, server`, fresh[1], 1024);
    if (worked === undefined) continue;
    row(`${name}, client, more after work`, worked[0], 1024);
    row(`${name}, server, more after work`, worked[1], 1024);
  }
}

/** What each holds after its first call, and how much more after some work. */
async function idleConnections(
  folder: string,
  transport: string,
  count: number,
): Promise<[Usages, Usages?]> {
  const at = addressOf(transport);
  const start = (role: string, address: string): LineProcess =>
    startEnd(
      folder,
      "connections.ts",
      role,
      address,
      transport.endsWith("-reactor") ? "reactor" : "",
    );
  await using server = start("serve", at);
  await using client = start("connect", await server.readLine());
  await client.readLine();
  const idle = async (): Promise<Usages> => {
    await usagesOf([client, server]);
    await wait(IDLE_MS);
    return await usagesOf([client, server]);
  };
  await client.ask(`connect ${FIRST}`);
  const before = await idle();
  await client.ask(`connect ${count}`);
  const fresh = await idle();
  if (transport === "raw") return [eachOf(before, fresh, count)];
  await client.ask("work");
  const worked = await idle();
  return [
    eachOf(before, fresh, count),
    eachOf(fresh, worked, FIRST + count),
  ];
}

function addressOf(transport: string): string {
  const file = `${sockets}/${crypto.randomUUID()}`;
  return transport === "raw" ? `raw:${file}` : listenAddress(transport, file);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function nameOf(folder: string): string {
  return folders.length === 1 ? "" : folder === here ? ", now" : ", before";
}

function row(name: string, { heap, resident }: Usage, unit: number): void {
  const digits = unit === 1 ? 0 : 1;
  const cells = [heap, resident].map((bytes) => (bytes / unit).toFixed(digits));
  console.log(`| ${[name, ...cells].join(" | ")} |`);
}
