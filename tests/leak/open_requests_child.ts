/**
 * Opens many requests that stay open, and prints what each holds on both sides together,
 * in bytes of the heap.
 *
 * @module
 */
import { MemoryTransport } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle } from "../../peer/handles/peer_handle.ts";
import { HandClock } from "../support/hand_clock.ts";

declare const gc: () => void;

const COUNT = 20_000;
/** So many are sent at once. */
const BURST = 500;
/** Longer than the handles of requests are held that nobody else holds. */
const SWEEP_MS = 1000;

const clock = new HandClock();
const limits = {
  maxOpenSentRequests: 3 * COUNT,
  maxOpenReceivedRequests: 3 * COUNT,
};
const [client, server] = MemoryTransport.pair().map((transport) => {
  const connection = new Connection(transport, limits, { clock });
  connection.start();
  return new PeerHandle(connection);
});
const never = new Promise<void>(() => {});
let begun = 0;
server!.serve({
  1: async () => {
    begun++;
    await never;
  },
  2: () => {},
});
const calls: Promise<unknown>[] = new Array(2 * COUNT).fill(null);

async function open(count: number): Promise<void> {
  const body = new Uint8Array(32);
  for (const end = begun + count; begun < end;) {
    for (let at = begun; at < begun + BURST; at++) {
      calls[at] = client!.call(1, body);
    }
    await client!.call(2, "");
  }
  clock.turn(SWEEP_MS);
}

function heap(): number {
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

// What is made once for many requests is no cost of each.
await open(COUNT);
const before = heap();
await open(COUNT);
console.log(JSON.stringify((heap() - before) / COUNT));
Deno.exit();
