/** tRPC over ws. JSON has no bytes, so they go as base64. @module */
import { Buffer } from "node:buffer";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { z } from "zod";
import type { ContestantClient } from "../contestant.ts";

const UPDATE = Buffer.alloc(32, 1).toString("base64");
const trpc = initTRPC.create();
const router = trpc.router({
  echo: trpc.procedure.input(z.string()).query(({ input }) => input),
  updates: trpc.procedure.input(z.number()).subscription(
    async function* ({ input }) {
      for (let i = 0; i < input; i++) yield UPDATE;
    },
  ),
});

/** Starts the server. */
export async function serve(): Promise<string> {
  const wss = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  applyWSSHandler({ wss, router });
  await new Promise((resolve) => wss.once("listening", resolve));
  return `ws://127.0.0.1:${(wss.address() as { port: number }).port}`;
}

/** Connects a client. */
export function connect(url: string): Promise<ContestantClient> {
  const socket = createWSClient({ url });
  const client = createTRPCClient<typeof router>({
    links: [wsLink({ client: socket })],
  });
  return Promise.resolve({
    async call(body) {
      const text = Buffer.from(body).toString("base64");
      return Buffer.from(await client.echo.query(text), "base64");
    },
    updates(count) {
      let taken = 0;
      return new Promise((resolve, reject) =>
        client.updates.subscribe(count, {
          onData: () => void taken++,
          onError: reject,
          onComplete() {
            if (taken === count) resolve();
            else reject(new Error(`${taken} of ${count} came`));
          },
        })
      );
    },
    async [Symbol.asyncDispose]() {
      await socket.close();
    },
  });
}
