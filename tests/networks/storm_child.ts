/**
 * The program of `deno task networks`, in a network namespace of its own. The arguments
 * are the minutes and a seed. Connects and asks over all transports, at random, while the
 * network between both sides changes at random, too. Then each request has to be
 * accounted for, and nothing may be left open.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { RpcError } from "../../mod.ts";
import { reconnect } from "../../reconnect/mod.ts";
import { Accounting, ended } from "../../tools/soak/account.ts";
import { ECHO } from "../../tools/soak/services.ts";
import { Traffic } from "../../tools/soak/traffic.ts";
import { Prng } from "../fuzz/prng.ts";
import { openFiles } from "../support/processes/open_files.ts";
import { openSignalSockets } from "../support/processes/signal_sockets.ts";
import { NETWORK_TRANSPORTS, type Server } from "./server.ts";
import { Network } from "./wire/network.ts";
import { type Faults, SOUND } from "./wire/wire_memory.ts";

const [minutes, seed] = Deno.args.map(Number) as [number, number];
const PROGRESS = 10_000;
const HEARTBEAT = { interval: 300, timeout: 700 };

openSignalSockets();
const prng = new Prng(seed);
const accounting = new Accounting();
const traffic = new Traffic(prng, accounting);
const counts = { connections: 0, unconnected: 0, ends: {}, links: 0 } as {
  connections: number;
  unconnected: number;
  readonly ends: Record<string, number>;
  links: number;
};
const faults: string[] = [];
const stop = new AbortController();
const over = (): boolean => stop.signal.aborted;

function randomFaults(): Faults {
  const some = (most: number): number => prng.oneIn(2) ? prng.int(0, most) : 0;
  return {
    loss: some(100),
    duplicates: some(100),
    damage: some(50),
    latency: some(20),
    jitter: some(20),
    mtu: prng.oneIn(2) ? prng.int(576, 1500) : SOUND.mtu,
    down: prng.oneIn(6) ? 1 : 0,
  };
}

/** Lets the network change until it is over. */
async function change(network: Network): Promise<void> {
  while (!over()) {
    network.faults = randomFaults();
    const unplugged = prng.oneIn(20);
    if (unplugged) network.isUp = false;
    await sleep(prng.int(50, 2000));
    if (unplugged) network.isUp = true;
    if (prng.oneIn(3)) await network.reset();
  }
  await network.reset();
}

/** Connects, asks, and closes, again and again. */
async function ask(server: Server): Promise<void> {
  while (!over()) {
    let peer;
    try {
      peer = await server.connect({
        heartbeat: HEARTBEAT,
        signal: AbortSignal.timeout(3000),
      });
    } catch {
      counts.unconnected++;
      // With the network down it fails at once.
      await sleep(20);
      continue;
    }
    counts.connections++;
    const rounds = prng.int(1, 100);
    await traffic.session(peer, { rounds, atOnce: 16, isOver: over });
    await peer.close();
    const code = (await peer.closed)?.code ?? "in order";
    counts.ends[code] = (counts.ends[code] ?? 0) + 1;
  }
}

/** Asks over a link, by calls that it may make again: each one is answered. */
async function askAgain(server: Server): Promise<void> {
  await using link = reconnect(
    ({ signal }) => server.connect({ heartbeat: HEARTBEAT, signal }),
    {
      connectTimeout: 2000,
      backoff: { initial: 20, max: 200 },
      retryBudget: { tokens: 1000 },
      onError() {},
    },
  );
  for (let i = 0; !over(); i++) {
    const text = `${i}`;
    try {
      const answer = await link.call(ECHO, text, { idempotent: true });
      if (answer.text() !== text) faults.push(`a link got another answer`);
      else counts.links++;
    } catch (error) {
      const code = error instanceof RpcError ? error.code : error;
      faults.push(`a call over a link failed: ${code}`);
    }
  }
}

/** Waits until the servers have no connections. */
async function idle(servers: readonly Server[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (servers.every(({ listener }) => listener.stats().open === 0)) return;
    await sleep(100);
  }
  faults.push("connections are left at the servers");
}

{
  await using network = new Network(seed);
  const servers: Server[] = [];
  for (const transport of NETWORK_TRANSPORTS) {
    servers.push(await transport.listen(network, { heartbeat: HEARTBEAT }));
  }
  for (const server of servers) {
    const peer = await server.connect();
    await traffic.session(peer, { rounds: 5, atOnce: 4 });
    await peer.close();
  }
  await idle(servers);
  const before = openFiles();

  const running = Promise.all([
    change(network),
    ...servers.flatMap((server) => [ask(server), ask(server)]),
    ...servers.map(askAgain),
  ]);
  const end = Date.now() + minutes * 60_000;
  while (Date.now() < end) {
    await sleep(Math.min(PROGRESS, end - Date.now()));
    console.log(
      `${((Date.now() - end) / 60_000 + minutes).toFixed(1)} min: ` +
        `${accounting.account.sent} requests, ${counts.links} by links, ` +
        `${counts.connections} connections`,
    );
  }
  stop.abort();
  await running;
  await idle(servers);
  const left = openFiles().filter((name) => !before.includes(name));
  if (left.length > 0) faults.push(`left open: ${left}`);

  const { account } = accounting;
  console.log(`Packets: ${JSON.stringify(network.counts)}`);
  console.log(
    `${account.sent} requests, ${account.answered} answered, ` +
      `${traffic.updates} updates; ${counts.links} calls over links; ` +
      `${counts.connections} connections, ${counts.unconnected} not made`,
  );
  for (const [code, n] of Object.entries(counts.ends)) {
    console.log(`  ${n} connections ended: ${code}`);
  }
  for (const [what, n] of Object.entries(account.failed)) {
    console.log(`  ${n} requests failed: ${what}`);
  }
  for (const [what, n] of Object.entries(account.wrong)) {
    faults.push(`${n} wrong: ${what}`);
  }
  const missing = account.sent - ended(account);
  if (missing > 0) faults.push(`${missing} requests have no end`);
  for (const server of servers) await server[Symbol.asyncDispose]();
}
for (const fault of faults) console.log(`FAULT: ${fault}`);
console.log(faults.length === 0 ? "All accounted for" : `Seed ${seed}`);
if (faults.length > 0) Deno.exitCode = 1;
