/**
 * The measuring process of `neighbours.ts`. It measures a TCP socket of Deno's own
 * and calls over one of a reactor's transports, each alone and both beside each other, and
 * prints the results as JSON. Its arguments are the addresses of the calls' server,
 * the port of the echo, the calls in flight, and the rounds.
 *
 * @module
 */
import { connect } from "../../mod.ts";
import { callEcho, inFlight } from "./rpc_client.ts";
import { RawEcho } from "./raw_client.ts";
import { connectOptions, type ServerAddresses } from "./shape.ts";
import { quantile } from "./stats.ts";

/** What one socket did in one run. */
export interface Run {
  /** Median time of a round trip, in microseconds; 0 if none was timed. */
  readonly p50: number;
  /** 99th percentile, likewise. */
  readonly p99: number;
  /** Round trips per second. */
  readonly perSecond: number;
}

/**
 * One round: the TCP socket alone and beside the calls, the calls alone and beside
 * the TCP socket.
 */
export interface NeighbourRound {
  readonly alone: Run;
  readonly beside: Run;
  readonly callsAlone: Run;
  readonly callsBeside: Run;
}

const FRAME_LEN = 48;
const RUN_MS = 1000;
const [addresses = "", port = "0", count = "1", rounds = "3"] = Deno.args;

const body = new Uint8Array(32);
const server: ServerAddresses = JSON.parse(addresses);
const peer = await connect(server.serve, connectOptions(server));
using raw = await RawEcho.connect(
  { hostname: "127.0.0.1", port: Number(port) },
  FRAME_LEN,
);

/** Round trips over TCP, one after the other, until the time is over. */
function echo(ms: number): Promise<Run> {
  return timed(ms, () => raw.roundTrip());
}

/** Calls with `count` in flight, until the time is over. */
async function call(ms: number): Promise<Run> {
  if (count === "1") return await timed(ms, () => callEcho(peer, body));
  const begin = performance.now();
  let calls = 0;
  const end = begin + ms;
  await Promise.all(
    Array.from({ length: Number(count) }, async () => {
      for (; performance.now() < end; calls++) await callEcho(peer, body);
    }),
  );
  const perSecond = 1000 * calls / (performance.now() - begin);
  return { p50: 0, p99: 0, perSecond };
}

async function timed(ms: number, trip: () => Promise<unknown>): Promise<Run> {
  const times: number[] = [];
  const begin = performance.now();
  let before = begin;
  while (before < begin + ms) {
    await trip();
    const now = performance.now();
    times.push(1000 * (now - before));
    before = now;
  }
  times.sort((a, b) => a - b);
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    perSecond: 1000 * times.length / (before - begin),
  };
}

const results: NeighbourRound[] = [];
await inFlight(() => callEcho(peer, body), 20_000, Number(count));
await echo(RUN_MS / 4);
for (let i = 0; i < Number(rounds); i++) {
  const alone = await echo(RUN_MS);
  const callsAlone = await call(RUN_MS);
  const [beside, callsBeside] = await Promise.all([
    echo(RUN_MS),
    call(RUN_MS),
  ]);
  results.push({ alone, beside, callsAlone, callsBeside });
}
console.log(JSON.stringify(results));
await peer.close();
