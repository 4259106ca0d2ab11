/**
 * The client process of `ab.ts`. The first argument is the mod.ts of the library,
 * the second one the address; `reactor` behind it is for sockets on the reactor. Each
 * line on stdin names a measure. It prints how often the measure was done in a second,
 * and in a second of CPU time of both processes, which other programs disturb less.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import type * as Library from "../../../mod.ts";
import {
  callEcho,
  callEchoDisposed,
  callUpload,
  echoInFlight,
  exchange,
  inFlight,
  oneWay,
  takeUpdates,
} from "../rpc_client.ts";
import {
  LARGE,
  MEGABYTE,
  MIDDLE,
  optionsFor,
  service,
  SMALL,
  socketOptions,
} from "../shape.ts";
import { timeEach } from "../stats.ts";
import { linesOf } from "../../../tools/lines_of.ts";

const [module = "", address = "", sockets] = Deno.args;
const { connect }: typeof Library = await import(module);
const peer = await connect(address, {
  ...optionsFor(address),
  ...socketOptions(sockets),
});
const body = new Uint8Array(SMALL).fill(1);
const middle = new Uint8Array(MIDDLE).fill(1);
const megabyte = new Uint8Array(MEGABYTE).fill(1);

/** Each does the measure many times, and gives how often. */
const MEASURES: Record<string, () => Promise<number>> = {
  "64 in flight": () => times(20_000, (n) => echoInFlight(peer, body, n, 64)),
  "256 in flight": () => times(60_000, (n) => echoInFlight(peer, body, n, 256)),
  "256 in flight, by handles": () =>
    times(40_000, (n) => inFlight(() => exchange(peer, body), n, 256)),
  "one-way, each awaited": () =>
    times(100_000, (n) => oneWay(peer, body, n, 1)),
  "updates": () => times(50_000, (n) => takeUpdates(peer, n)),
  "64 KiB bodies": () => times(2000, (n) => echo(n, middle)),
  "64 KiB bodies, disposed": () => times(2000, (n) => echoDisposed(n, middle)),
  "1 MiB bodies": () => times(200, (n) => echo(n, megabyte)),
  "1 MiB bodies, disposed": () => times(200, (n) => echoDisposed(n, megabyte)),
  "4 MiB bodies": () =>
    times(
      24,
      (n) => inFlight(() => callUpload(peer, new Uint8Array(LARGE)), n, 4),
    ),
};

function echo(count: number, body: Uint8Array<ArrayBuffer>): Promise<void> {
  return inFlight(() => callEcho(peer, body), count, 1);
}

function echoDisposed(
  count: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  return inFlight(() => callEchoDisposed(peer, body), count, 1);
}

async function times(
  count: number,
  run: (count: number) => Promise<void>,
): Promise<number> {
  await run(count);
  return count;
}

async function measure(name: string): Promise<string> {
  const cpu = await cpuTime();
  const begin = performance.now();
  let count = 5000;
  let perSecond: number;
  if (name === "ping-pong") {
    const { p50 } = await timeEach(() => callEcho(peer, body), count, SMALL);
    perSecond = 1e6 / p50!;
  } else {
    count = await MEASURES[name]!();
    perSecond = 1000 * count / (performance.now() - begin);
  }
  return `${perSecond} ${1e6 * count / (await cpuTime() - cpu)}`;
}

async function cpuTime(): Promise<number> {
  const { user, system } = cpuUsage();
  const server = Number((await peer.call(service.CPU, "")).text());
  return user + system + server;
}

const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) console.log(await measure(line));
Deno.exit();
