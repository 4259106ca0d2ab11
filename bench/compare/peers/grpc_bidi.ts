/** gRPC for JavaScript: all calls in one bidirectional stream, with ids. @module */
import grpc from "@grpc/grpc-js";
import type { ContestantClient } from "../contestant.ts";
import { Echo, OPTIONS } from "./grpc_server.ts";

export { serve } from "./grpc_server.ts";

/** Connects a client. */
export function connect(address: string): Promise<ContestantClient> {
  const client = new Echo(address, grpc.credentials.createInsecure(), {
    ...OPTIONS,
    "grpc.use_local_subchannel_pool": 1,
  });
  const stream = client.calls();
  const waiting = new Map<number, (answer: unknown) => void>();
  let next = 0;
  stream.on("data", (answer: { id: number }) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return Promise.resolve({
    call(data) {
      const id = next = (next + 1) % 2 ** 32;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        stream.write({ id, data });
      });
    },
    [Symbol.asyncDispose]() {
      stream.end();
      client.close();
      return Promise.resolve();
    },
  });
}
