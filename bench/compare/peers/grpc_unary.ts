/** gRPC for JavaScript: a call each. @module */
import grpc from "@grpc/grpc-js";
import type { ContestantClient } from "../contestant.ts";
import { Echo, OPTIONS } from "./grpc_server.ts";

export { serve } from "./grpc_server.ts";

interface Collecting {
  readonly stream: grpc.ClientWritableStream<{ data: Uint8Array }>;
  readonly counted: Promise<number>;
}

/** Connects a client. */
export function connect(address: string): Promise<ContestantClient> {
  const client = new Echo(address, grpc.credentials.createInsecure(), {
    ...OPTIONS,
    // Else all clients of a process share one connection.
    "grpc.use_local_subchannel_pool": 1,
  });
  /** What takes messages that nothing answers; it tells their number at its end. */
  let collecting: Collecting | null = null;
  const collect = (): Collecting => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const stream = client.collect((
      error: Error | null,
      answer: { count: number },
    ) => error === null ? resolve(answer.count) : reject(error));
    return { stream, counted: promise };
  };
  return Promise.resolve({
    call: (data) =>
      new Promise((resolve, reject) =>
        client.call(
          { data },
          (error: Error | null, body: unknown) =>
            error === null ? resolve(body) : reject(error),
        )
      ),
    async send(data) {
      const { stream } = collecting ??= collect();
      if (stream.write({ data })) return;
      await new Promise((resolve) => stream.once("drain", resolve));
    },
    arrived() {
      const { stream, counted } = collecting ??= collect();
      stream.end();
      collecting = null;
      return counted;
    },
    async updates(count) {
      let taken = 0;
      for await (const _ of client.updates({ count })) taken++;
      if (taken !== count) throw new Error(`${taken} of ${count} came`);
    },
    [Symbol.asyncDispose]() {
      client.close();
      return Promise.resolve();
    },
  });
}
