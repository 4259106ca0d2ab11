/**
 * Cancels many requests, and prints what is left of them: in the tables and the clocks
 * of both sides, and on the heap, in bytes for each request.
 *
 * @module
 */
import { MemoryTransport } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { immediate } from "../../internal/event_loop.ts";
import { PeerHandle } from "../../peer/handles/peer_handle.ts";
import { sized } from "../support/suite/long.ts";
import { HandClock } from "../support/hand_clock.ts";

declare const gc: () => void;

const COUNT = sized(10_000, 100_000);
/** So many are open at once. */
const WIDTH = 100;

const clock = new HandClock();
const [left, right] = MemoryTransport.pair();
const connections = [left, right].map((transport) =>
  new Connection(transport, { extensions: true, onError() {} }, { clock })
);
const [client, server] = connections.map((connection) => {
  connection.start();
  return new PeerHandle(connection);
});
server!.serve({
  1: (_request, _body, { signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    ),
});
// One signal that outlives all requests, as that of a program does.
const program = new AbortController();

async function cancel(count: number): Promise<void> {
  for (let i = 0; i < count; i += WIDTH) {
    const aborter = new AbortController();
    const calls = Array.from({ length: WIDTH }, (_, k) => {
      const signal = k % 2 === 0
        ? aborter.signal
        : AbortSignal.any([aborter.signal, program.signal]);
      return client!.call(1, "", { signal, timeout: 60_000 })
        .catch((error) => error);
    });
    while (server!.stats().openReceivedRequests < WIDTH) await immediate();
    aborter.abort();
    await Promise.all(calls);
    while (client!.stats().openSentRequests > 0) await immediate();
  }
}

/** The least of some measures: what waits for a finalizer is no leak. */
async function heap(): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    gc();
    least = Math.min(least, Deno.memoryUsage().heapUsed);
    await immediate();
  }
  return least;
}

/** An object of its own for each request would be more, in bytes. */
const NOISE = 32;

await cancel(COUNT / 10);
const timers = clock.pending;
const before = await heap();
await cancel(COUNT);
const perRequest = (await heap() - before) / COUNT;
console.log(JSON.stringify({
  sent: client!.stats().openSentRequests,
  received: server!.stats().openReceivedRequests,
  inbox: server!.stats().inboxMessages,
  timers: clock.pending - timers,
  leaks: perRequest > NOISE ? perRequest : 0,
}));
Deno.exit();
