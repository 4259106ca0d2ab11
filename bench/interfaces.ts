/**
 * Measures what typed interfaces cost: `deno run -A bench/interfaces.ts`. Calls over
 * memory: typed calls against untyped ones that do the same with JSON, and an interface
 * of 1000 services against one of a single service.
 *
 * @module
 */
import { body, defineInterface } from "../interface/mod.ts";
import { inMemory } from "../interface/testing.ts";
import { MemoryTransport, Peer } from "../mod.ts";

const ROUNDS = 7;
const CALLS = 20_000;
const CONCURRENT = 64;

const VALUE = { frames: 3, name: "left", options: [1, 2, 3] };

type Call = () => Promise<unknown>;

/** Microseconds for each call, with many in flight. */
async function time(call: Call): Promise<number> {
  const begin = performance.now();
  const caller = async (): Promise<void> => {
    for (let i = 0; i < CALLS / CONCURRENT; i++) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENT }, caller));
  return 1000 * (performance.now() - begin) / CALLS;
}

/** A call of the last service of an interface, and what closes the connection. */
function typed(count: number): [Call, AsyncDisposable] {
  const names = Array.from({ length: count }, (_, index) => `service${index}`);
  const services = Object.fromEntries(names.map((name, index) => [name, {
    id: index,
    request: body<typeof VALUE>(),
    response: body<typeof VALUE>(),
  }])) as Record<
    "service0",
    Record<"request" | "response", ReturnType<typeof body<typeof VALUE>>> & {
      id: number;
    }
  >;
  const Big = defineInterface({ name: "Big", services });
  const handler = (value: typeof VALUE): typeof VALUE => value;
  const handlers = Object.fromEntries(names.map((name) => [name, handler]));
  const test = inMemory(Big, handlers as Record<"service0", typeof handler>);
  const method = names.at(-1) as "service0";
  return [() => test.client[method](VALUE), test];
}

function untyped(): [Call, AsyncDisposable] {
  const [left, right] = MemoryTransport.pair();
  const client = Peer.spawn(left);
  const server = Peer.spawn(right);
  const serving = server.serve({
    1: (_request, body) => JSON.stringify(body.json()),
  });
  return [
    async () => (await client.call(1, JSON.stringify(VALUE))).json(),
    {
      async [Symbol.asyncDispose]() {
        await client.close();
        await serving;
      },
    },
  ];
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function calls(): Promise<void> {
  const runs = { untyped: untyped(), 1: typed(1), 1000: typed(1000) };
  const times: Record<string, number[]> = { untyped: [], 1: [], 1000: [] };
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, [call]] of Object.entries(runs)) {
      const taken = await time(call);
      if (round > 0) times[name]!.push(taken);
    }
  }
  for (const [, end] of Object.values(runs)) await end[Symbol.asyncDispose]();
  const ratio = (name: string, to: string): string =>
    median(times[name]!.map((taken, round) => taken / times[to]![round]!))
      .toFixed(2);
  console.log("| calls over memory, 64 in flight | us a call | ratio |");
  console.log("|---|--:|--:|");
  const row = (title: string, name: string, to?: string): void =>
    console.log(
      `| ${title} | ${median(times[name]!).toFixed(1)} | ${
        to === undefined ? "" : ratio(name, to)
      } |`,
    );
  row("`peer.call` and `peer.serve` with `JSON`", "untyped");
  row("the same, typed, 1 service: to the untyped one", "1", "untyped");
  row("typed, 1000 services: to 1 service", "1000", "1");
}

await calls();
