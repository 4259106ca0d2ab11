import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Connection } from "../connection.ts";
import { handOver } from "./hand_over.ts";
import type { ReceivedMessage } from "./received_message.ts";

/** Iterates over the messages of a connection; leaving the loop ends nothing but the loop. */
export function iterateMessages<B extends Body>(
  connection: Connection<B, unknown>,
): AsyncIterableIterator<ReceivedMessage<B>> {
  const { inbox, taker } = connection;
  type Result = IteratorResult<ReceivedMessage<B>>;
  const done: Result = { done: true, value: undefined };
  let state: "new" | "taking" | "done" = "new";

  function release(): void {
    if (state === "taking") taker.release();
    state = "done";
  }

  async function take(): Promise<Result> {
    for (;;) {
      const item = inbox.take() ?? await inbox.next();
      if (item === null) {
        release();
        return done;
      }
      if (item instanceof RpcError) connection.report(item);
      else if (handOver(connection, item)) return { done: false, value: item };
    }
  }

  return {
    async next(): Promise<Result> {
      if (state === "done") return done;
      if (state === "new") taker.claim("A loop", inbox.waiting);
      state = "taking";
      try {
        return await take();
      } catch (error) {
        release();
        throw error;
      }
    },
    return(): Promise<Result> {
      release();
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
