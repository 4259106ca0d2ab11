/**
 * Measures what typed interfaces cost: `deno run -A bench/interfaces.ts`. Calls over
 * memory, in turns of CPU time: typed calls against untyped ones that do the same with
 * JSON, and an interface of 1000 services against one of a single service.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { body, defineInterface } from "../interface/mod.ts";
import { inMemory } from "../interface/testing.ts";
import { MemoryTransport, Peer } from "../mod.ts";
import { inFlight } from "./support/rpc_client.ts";
import { median, quantile } from "./support/stats.ts";

/** Rounds that count, of turns of so many calls. A turn is short, so that what else runs disturbs all alike. */
const ROUNDS = 60;
const WARM_ROUNDS = 30;
const CALLS = 2000;
const CONCURRENT = 64;

const VALUE = { frames: 3, name: "left", options: [1, 2, 3] };

type Call = () => Promise<unknown>;

/** Microseconds of CPU time for each call, with many in flight. */
async function time(call: Call): Promise<number> {
  const before = cpuUsage();
  await inFlight(call, CALLS, CONCURRENT);
  const { user, system } = cpuUsage(before);
  return (user + system) / CALLS;
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

async function calls(): Promise<void> {
  const runs = { untyped: untyped(), 1: typed(1), 1000: typed(1000) };
  const times: Record<string, number[]> = { untyped: [], 1: [], 1000: [] };
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    const turns = Object.entries(runs);
    // Forwards and backwards, so that none gains by its place.
    for (const [name, [call]] of round % 2 === 0 ? turns : turns.reverse()) {
      const taken = await time(call);
      if (round >= 0) times[name]!.push(taken);
    }
  }
  for (const [, end] of Object.values(runs)) await end[Symbol.asyncDispose]();
  const ratio = (name: string, to: string): string => {
    const ratios = Float64Array.from(
      times[name]!,
      (taken, round) => taken / times[to]![round]!,
    ).sort();
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) =>
      quantile(ratios, part).toFixed(2)
    );
    return `${middle} (${low}–${high})`;
  };
  console.log(
    "| calls over memory, 64 in flight | CPU time of a call | ratio (middle half) |",
  );
  console.log("|---|--:|--:|");
  const row = (title: string, name: string, to?: string): void =>
    console.log(
      `| ${title} | ${median(times[name]!).toFixed(1)} us | ${
        to === undefined ? "" : ratio(name, to)
      } |`,
    );
  row("`peer.call` and `peer.serve` with `JSON`", "untyped");
  row("the same, typed, 1 service: to the untyped one", "1", "untyped");
  row("typed, 1000 services: to 1 service", "1000", "1");
}

await calls();
