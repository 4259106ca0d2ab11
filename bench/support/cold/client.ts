/**
 * The client process of `bench/costs/cold.ts`: `MODULE ADDRESS WORK PID`, the last of the
 * server, with `reactor` behind it for sockets on the reactor. It does a work as the
 * first thing, and again when it is warm, and prints how often in a second and in how
 * much CPU time. Linux only.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { callEcho, echoInFlight } from "../rpc_client.ts";
import { service, socketOptions } from "../shape.ts";
import type { ColdResult, ColdRun, ColdWork } from "./shape.ts";

const [module = "", address = "", name = "", server = "", sockets] = Deno.args;
const { connect }: typeof Library = await import(module);
const peer = await connect(
  address,
  socketOptions(sockets),
);
const body = new Uint8Array(32);

/** Each does its work, gives how often, and how often it is done to be warm. */
const WORKS: Record<
  ColdWork,
  { readonly run: () => Promise<number>; readonly times: number }
> = {
  "1000 calls, one by one": {
    async run() {
      for (let i = 0; i < 1000; i++) await callEcho(peer, body);
      return 1000;
    },
    times: 20,
  },
  "1000 calls, 64 in flight": {
    async run() {
      await echoInFlight(peer, body, 1000, 64);
      return 1000;
    },
    times: 50,
  },
  "calls in 100 ms, one by one": {
    async run() {
      const until = performance.now() + 100;
      let calls = 0;
      for (; performance.now() < until; calls++) await callEcho(peer, body);
      return calls;
    },
    times: 10,
  },
  "10,000 updates, each awaited": {
    async run() {
      const count = 10_000;
      const request = await peer.sendRequest(service.UPDATES, `${count}`);
      let seen = 0;
      for await (const _ of request) seen++;
      await request.recvResponse();
      if (seen !== count) throw new Error(`Asked for ${count}, got ${seen}`);
      return count;
    },
    times: 50,
  },
};

const { run, times } = WORKS[name as ColdWork];
async function measure(): Promise<ColdRun> {
  const cpu = cpuTime();
  const begin = performance.now();
  const count = await run();
  const perSecond = 1000 * count / (performance.now() - begin);
  return { perSecond, cpu: (cpuTime() - cpu) / count };
}

/** The CPU time of both processes so far, in microseconds. */
function cpuTime(): number {
  let nanoseconds = 0;
  for (const pid of ["self", server]) {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      nanoseconds += timeOfThread(`/proc/${pid}/task/${name}/schedstat`);
    }
  }
  return nanoseconds / 1000;
}

function timeOfThread(path: string): number {
  try {
    return Number(Deno.readTextFileSync(path).split(" ", 1)[0]);
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

// What it reads with is to be warm.
cpuTime();
const cold = await measure();
const next = await measure();
for (let i = 2; i < times; i++) await run();
const result: ColdResult = { cold, next, warm: await measure() };
console.log(JSON.stringify(result));
Deno.exit();
