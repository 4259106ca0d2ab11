/** gRPC for JavaScript: a call each. @module */
import grpc from "@grpc/grpc-js";
import type { ContestantClient } from "../contestant.ts";
import { Echo, OPTIONS } from "./grpc_server.ts";

export { serve } from "./grpc_server.ts";

/** Connects a client. */
export function connect(address: string): Promise<ContestantClient> {
  const client = new Echo(address, grpc.credentials.createInsecure(), {
    ...OPTIONS,
    // Else all clients of a process share one connection.
    "grpc.use_local_subchannel_pool": 1,
  });
  // deno-lint-ignore no-explicit-any -- it has no types without generated code
  let collecting: any = null;
  let counted = Promise.resolve(0);
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
      if (collecting === null) {
        counted = new Promise((resolve, reject) =>
          collecting = client.collect((
            error: Error | null,
            answer: { count: number },
          ) => error === null ? resolve(answer.count) : reject(error))
        );
      }
      if (collecting.write({ data })) return;
      await new Promise((resolve) => collecting.once("drain", resolve));
    },
    arrived() {
      collecting.end();
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
