import { quantile } from "../support/stats.ts";
import type { Contestant, ContestantClient } from "./contestant.ts";
import { ENOUGH_FOR_P999, LIMIT, type Measured, type Work } from "./work.ts";

interface Done {
  readonly count: number;
  /** How long all took, in milliseconds. */
  readonly elapsed: number;
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
  async run(work: Work): Promise<Measured | null> {
    const { maxBodyLen = Infinity, maxOpenCalls = Infinity } = this.#contestant;
    if (work.size > maxBodyLen || work.width > maxOpenCalls) return null;
    const done = await this.#do(work);
    if (done === null) return null;
    const { count, elapsed } = done;
    const times = Float64Array.from(done.times).sort();
    const at = (part: number): number | null =>
      times.length === 0 ? null : 1000 * quantile(times, part);
    return {
      count,
      rate: 1000 * count / elapsed,
      p50: at(0.5),
      p99: at(0.99),
      p999: times.length < ENOUGH_FOR_P999 ? null : at(0.999),
    };
  }

  /** Closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** What was done within the limit; null if the contestant can't. */
  async #do(work: Work): Promise<Done | null> {
    const client = this.#client;
    const body = new Uint8Array(work.size).fill(1);
    switch (work.kind) {
      case "calls":
        return await callAll([client], body, work);
      case "connections": {
        const clients: ContestantClient[] = [];
        await using stack = new AsyncDisposableStack();
        // At the same time, as each of them waits for the other side.
        stack.defer(async () => {
          await Promise.all(
            clients.map((client) => client[Symbol.asyncDispose]()),
          );
        });
        for (let i = 0; i < work.width; i++) {
          clients.push(await this.#contestant.connect(this.#address));
        }
        // Some connect only when they are needed.
        await Promise.all(clients.map((client) => client.call(body)));
        return await callAll(clients, body, work);
      }
      case "one-way": {
        if (client.send === undefined || client.arrived === undefined) {
          return null;
        }
        const begin = performance.now();
        let count = 0;
        while (count < work.count && !isOver(begin)) {
          await client.send(body);
          count++;
        }
        const came = await client.arrived();
        if (came !== count) {
          throw new Error(`${came} of ${count} messages arrived`);
        }
        return { count, elapsed: performance.now() - begin, times: [] };
      }
      case "updates": {
        if (client.updates === undefined) return null;
        const begin = performance.now();
        await client.updates(work.count);
        const elapsed = performance.now() - begin;
        return { count: work.count, elapsed, times: [] };
      }
    }
  }
}

function isOver(begin: number): boolean {
  return performance.now() - begin > 1000 * LIMIT;
}

/** Makes calls, `width` at a time; the clients take turns. */
async function callAll(
  clients: readonly ContestantClient[],
  body: Uint8Array<ArrayBuffer>,
  { count, width }: Work,
): Promise<Done> {
  const times: number[] = [];
  const start = performance.now();
  let begun = 0;
  const one = async (client: ContestantClient): Promise<void> => {
    // Each makes one at least, so that all of them have been open.
    do {
      if (++begun > count) return;
      const begin = performance.now();
      await client.call(body);
      times.push(performance.now() - begin);
    } while (!isOver(start));
  };
  await Promise.all(
    Array.from({ length: width }, (_, i) => one(clients[i % clients.length]!)),
  );
  const elapsed = performance.now() - start;
  return { count: times.length, elapsed, times };
}
