/**
 * Measures peers and typed clients over memory, both sides in this process, and the
 * table of open requests. Needs no permission.
 *
 * @module
 */
import { body, defineInterface } from "../interface/mod.ts";
import { inMemory } from "../interface/testing.ts";
import { MemoryTransport, Peer } from "../mod.ts";
import { IdTable } from "../peer/requests/request_tracker.ts";
import { benchGroup } from "./support/bench_group.ts";

const COUNT = 1000;
const CONCURRENT = 64;
const VALUE = { frames: 3, name: "left" };
const SMALL = new Uint8Array(32);

const [left, right] = MemoryTransport.pair();
const client = Peer.spawn(left);
const server = Peer.spawn(right);
server.serve({
  1: (_request, body) => body,
  2: (_request, body) => JSON.stringify(body.json()),
  3: async (request, body) => {
    for (let i = Number(body.text()); i > 0; i--) {
      await request.sendUpdate(1, SMALL);
    }
  },
}, { stream: () => {} });

const Camera = defineInterface({
  name: "Camera",
  services: {
    record: {
      id: 1,
      request: body<typeof VALUE>(),
      response: body<typeof VALUE>(),
    },
  },
});
const typed = inMemory(Camera, { record: (value) => value });

async function untypedCall(): Promise<void> {
  (await client.call(2, JSON.stringify(VALUE))).json();
}

async function typedCall(): Promise<void> {
  await typed.client.record(VALUE);
}

/** `COUNT` calls, with `CONCURRENT` of them in flight. */
async function inFlight(call: () => Promise<unknown>): Promise<void> {
  let left = COUNT;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENT }, caller));
}

benchGroup("one call over memory", {
  "peer.call, 32 bytes": async () => {
    await client.call(1, SMALL);
  },
  "peer.call, JSON": () => untypedCall(),
  "typed, JSON": () => typedCall(),
});

benchGroup(`${COUNT} calls over memory, ${CONCURRENT} in flight`, {
  "peer.call, 32 bytes": async () => {
    await inFlight(() => client.call(1, SMALL));
  },
  "peer.call, JSON": async () => {
    await inFlight(untypedCall);
  },
  "typed, JSON": async () => {
    await inFlight(typedCall);
  },
});

benchGroup(`${COUNT} messages over memory`, {
  "stream messages, each awaited": async () => {
    for (let i = 0; i < COUNT; i++) await client.sendStream(1, SMALL);
    // It is answered behind them.
    await client.call(1, SMALL);
  },
  "updates, each awaited": async () => {
    const request = await client.sendRequest(3, `${COUNT}`);
    for await (const _ of request);
    await request.recvResponse();
  },
});

for (const open of [1, 10_000]) {
  const ids = new IdTable<number>();
  const map = new Map<number, number>();
  for (let id = 0; id < open; id++) {
    ids.add(id, id);
    map.set(id, id);
  }
  let [first, mapped] = [open, open];
  benchGroup(`open and close a request, ${open} open`, {
    "Map": () => {
      map.set(mapped, mapped);
      map.get(mapped);
      map.delete(mapped - open);
      mapped++;
    },
    "IdTable": () => {
      ids.add(first, first);
      ids.get(first);
      ids.take(first - open);
      first++;
    },
  });
}
