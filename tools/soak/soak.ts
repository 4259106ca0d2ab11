/**
 * `deno task soak --minutes N [--seed N]`: servers and clients on all transports, which
 * connect, ask, cancel, send descriptors and leases at random, while some of them are
 * killed and frozen. Fails unless each request of the clients that live is accounted for,
 * nothing wrong was answered, all descriptors are back, and an idle server holds no more
 * memory than after the warm-up, but for compiled code. Says how fast the memory of
 * each process grows from the first sixth of the time on: all that is resident, and what
 * JavaScript holds when garbage is collected, now and then.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Prng } from "../../tests/fuzz/prng.ts";
import { type Account, ended } from "./account.ts";
import { type Link, linksIn } from "./addresses.ts";
import type { Figures } from "./figures.ts";
import { Memory } from "./memory.ts";
import { SoakProcess } from "./soak_process.ts";

interface ServerFigures extends Figures {
  readonly connections: number;
  readonly messages: number;
}

interface ClientFigures extends Figures {
  readonly connections: number;
  readonly refused: number;
  readonly updates: number;
  readonly account: Account;
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
  },
});
const seed = Number(values.seed);
const length = Number(values.minutes) * 60_000;
const PROGRESS = 10_000;
/** How often garbage is collected before a process says what it holds. */
const COLLECTIONS = 12;
const KIB = 1024;
const MIB = 1024 * KIB;
const WARM_UP = 10_000;
const IDLE_COLLECTIONS = 4;
/**
 * What JavaScript may hold more in an idle server at the end, in bytes. V8 keeps compiling
 * what runs often: that was 0.7 MiB in 1.1 million requests.
 */
const MAX_HELD_MORE = 4 * MIB;

const prng = new Prng(seed);
const folder = await Deno.makeTempDir({ prefix: "rpc_soak_" });
const faults: string[] = [];
let kills = 0;
let freezes = 0;

async function startServer(
  links: readonly Link[],
): Promise<[SoakProcess, Link[]]> {
  const server = new SoakProcess("server.ts", [JSON.stringify(links)]);
  const bound = await server.next<Link[]>();
  if (bound === null) throw new Error("A server didn't start");
  return [server, bound];
}

function startClient(links: readonly Link[]): SoakProcess {
  const args = [JSON.stringify(links), `${prng.uint32()}`];
  return new SoakProcess("client.ts", args);
}

/** A server or client that is killed or frozen now and then, and started again. */
async function disturb(
  start: () => Promise<SoakProcess>,
  until: Promise<unknown>,
): Promise<void> {
  let over = false;
  until.then(() => over = true);
  while (!over) {
    await using victim = await start();
    const lives = prng.int(500, 6000);
    await Promise.race([sleep(lives), until]);
    if (over) return;
    if (prng.oneIn(3)) {
      freezes++;
      victim.kill("SIGSTOP");
      await Promise.race([sleep(prng.int(200, 2000)), until]);
    } else kills++;
  }
}

/** The figures of a server with nothing open, once all is closed and collected. */
async function idle(server: SoakProcess): Promise<ServerFigures> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await server.ask<ServerFigures>()).connections === 0) break;
    await sleep(100);
  }
  // What one collection lets go, such as buffers, the next one finds.
  for (let i = 1; i < IDLE_COLLECTIONS; i++) {
    await server.ask("figures after collecting garbage");
    await sleep(100);
  }
  return await server.ask("figures after collecting garbage");
}

async function warmUp(
  server: SoakProcess,
  links: Link[],
): Promise<ServerFigures> {
  await using client = startClient(links);
  await sleep(Math.min(WARM_UP, length));
  await client.end();
  return await idle(server);
}

/** What an idle server has, for the summary. */
function summaryOf({ descriptors, held }: ServerFigures): string {
  return `${descriptors} descriptors, ${Math.round(held / KIB)} KiB held`;
}

try {
  await Promise.all(
    ["steady", "victim"].map((name) => Deno.mkdir(`${folder}/${name}`)),
  );
  const [server, links] = await startServer(linksIn(`${folder}/steady`));
  await using steady = server;
  console.log(`Seed ${seed}; ${links.map(({ name }) => name).join(", ")}`);
  const before = await warmUp(steady, links);

  // The first time finds out the ports, which stay the same.
  const [first, victimLinks] = await startServer(
    linksIn(`${folder}/victim`),
  );
  let started: SoakProcess | null = first;
  const over = Promise.withResolvers<void>();
  const disturbing = Promise.all([
    disturb(async () => {
      const next = started ?? (await startServer(victimLinks))[0];
      started = null;
      return next;
    }, over.promise),
    disturb(() => Promise.resolve(startClient(links)), over.promise),
  ]);
  const clients = [startClient(links), startClient([...links, ...victimLinks])];
  await using stack = new AsyncDisposableStack();
  for (const client of clients) stack.use(client);

  const begin = Date.now();
  const memories = ["the server", "client 1", "client 2"]
    .map((name) => new Memory(name));
  let collected = 0;
  while (Date.now() - begin < length) {
    await sleep(Math.min(PROGRESS, begin + length - Date.now()));
    const minutes = (Date.now() - begin) / 60_000;
    const part = Math.floor((Date.now() - begin) / length * COLLECTIONS);
    const collect = part > collected;
    const question = collect ? "figures after collecting garbage" : "figures";
    collected = part;
    const at = await steady.ask<ServerFigures>(question);
    const told = await Promise.all(
      clients.map((client) => client.ask<ClientFigures>(question)),
    );
    if (Date.now() - begin >= length / 6) {
      for (const [i, figures] of [at, ...told].entries()) {
        memories[i]!.add(minutes, figures, collect);
      }
    }
    const sent = told.reduce((sum, { account }) => sum + account.sent, 0);
    console.log(
      `${minutes.toFixed(1).padStart(5)} min: ${sent} requests, ` +
        `${at.messages} messages, ${kills} kills, ${freezes} freezes, ` +
        `server ${
          (at.rss / MIB).toFixed(0)
        } MiB, ${at.descriptors} descriptors`,
    );
  }
  over.resolve();
  await disturbing;

  for (const [i, client] of clients.entries()) {
    const { last, code } = await client.end<ClientFigures>();
    const name = `client ${i + 1}`;
    if (last === null || code !== 0) {
      faults.push(`${name} ended with status ${code}`);
      continue;
    }
    const { account, connections, refused, updates } = last;
    console.log(
      `${name}: ${account.sent} requests, ${account.answered} answered, ` +
        `${updates} updates, ${connections} connections, ${refused} refused`,
    );
    for (const [what, n] of Object.entries(account.failed)) {
      console.log(`  ${n} failed: ${what}`);
    }
    for (const [what, n] of Object.entries(account.wrong)) {
      faults.push(`${name}: ${n} wrong: ${what}`);
    }
    if (ended(account) !== account.sent) {
      faults.push(
        `${name}: ${account.sent - ended(account)} requests have no end`,
      );
    }
  }
  const after = await idle(steady);
  console.log(
    `The idle server: ${summaryOf(after)}; it began with ${summaryOf(before)}`,
  );
  if (after.descriptors !== before.descriptors) {
    faults.push(
      `${after.descriptors - before.descriptors} descriptors are left`,
    );
  }
  const more = after.held - before.held;
  if (more > MAX_HELD_MORE) {
    faults.push(`the idle server holds ${(more / MIB).toFixed(1)} MiB more`);
  }
  for (const memory of memories) console.log(`${memory}`);
  const { code } = await steady.end();
  if (code !== 0) faults.push(`the server ended with status ${code}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
for (const fault of faults) console.log(`FAULT: ${fault}`);
console.log(faults.length === 0 ? "All accounted for" : `Seed ${seed}`);
if (faults.length > 0) Deno.exit(1);
