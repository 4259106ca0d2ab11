import { quantile } from "../support/stats.ts";
import type { Contestant, ContestantClient } from "./contestant.ts";
import { usage } from "./usage.ts";
import { LIMIT, type Result, type Work } from "./work.ts";

interface Done {
  readonly count: number;
  /** How long each call took, in milliseconds. */
  readonly times: readonly number[];
}

/** Does what it is asked with a client of a contestant. */
export class Runner implements AsyncDisposable {
  readonly #contestant: Contestant;
  readonly #address: string;
  readonly #client: ContestantClient;

  private constructor(
    contestant: Contestant,
    address: string,
    client: ContestantClient,
  ) {
    this.#contestant = contestant;
    this.#address = address;
    this.#client = client;
  }

  /** Connects a client. */
  static async connect(
    contestant: Contestant,
    address: string,
  ): Promise<Runner> {
    const client = await contestant.connect(address);
    return new Runner(contestant, address, client);
  }

  /** Does it; null if the contestant can't. */
  async run(work: Work): Promise<Result | null> {
    const { cpu } = usage();
    const begin = performance.now();
    const done = await this.#do(work, begin + 1000 * LIMIT);
    if (done === null) return null;
    const seconds = (performance.now() - begin) / 1000;
    const times = Float64Array.from(done.times).sort();
    const at = (part: number): number | null =>
      times.length === 0 ? null : 1000 * quantile(times, part);
    const after = usage();
    return {
      rate: done.count / seconds,
      p50: at(0.5),
      p99: at(0.99),
      p999: at(0.999),
      usage: after,
      cpuEach: (after.cpu - cpu) / done.count,
    };
  }

  /** Closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** What was done by the deadline; null if the contestant can't. */
  async #do(work: Work, deadline: number): Promise<Done | null> {
    const client = this.#client;
    const body = new Uint8Array(work.size).fill(1);
    switch (work.kind) {
      case "calls":
        return await callAll([client], body, work, deadline);
      case "connections": {
        await using stack = new AsyncDisposableStack();
        const clients: ContestantClient[] = [];
        for (let i = 0; i < work.width; i++) {
          const made = await this.#contestant.connect(this.#address);
          clients.push(stack.use(made));
        }
        return await callAll(clients, body, work, Infinity);
      }
      case "one-way": {
        if (client.send === undefined || client.arrived === undefined) {
          return null;
        }
        let count = 0;
        while (count < work.count && performance.now() < deadline) {
          await client.send(body);
          count++;
        }
        const arrived = await client.arrived();
        if (arrived !== count) {
          throw new Error(`${arrived} of ${count} messages arrived`);
        }
        return { count, times: [] };
      }
      case "updates":
        if (client.updates === undefined) return null;
        await client.updates(work.count);
        return { count: work.count, times: [] };
    }
  }
}

/** Makes calls, `width` at a time; the clients take turns. */
async function callAll(
  clients: readonly ContestantClient[],
  body: Uint8Array<ArrayBuffer>,
  { count, width }: Work,
  deadline: number,
): Promise<Done> {
  const times: number[] = [];
  let begun = 0;
  const one = async (client: ContestantClient): Promise<void> => {
    while (begun < count) {
      begun++;
      const begin = performance.now();
      if (begin > deadline) return;
      await client.call(body);
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(
    Array.from({ length: width }, (_, i) => one(clients[i % clients.length]!)),
  );
  return { count: times.length, times };
}
