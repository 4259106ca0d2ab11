/** Requests over a NATS server, which `compare.ts` starts. @module */
import { connect as connectNats } from "@nats-io/transport-node";
import type { ContestantClient } from "../contestant.ts";

/** The server's default for `max_payload`. */
export const maxBodyLen = 1024 * 1024;

/** Starts the service; the address is that of the server of NATS. */
export async function serve(): Promise<string> {
  const servers = Deno.env.get("COMPARE_NATS");
  if (servers === undefined) throw new Error("COMPARE_NATS isn't set");
  const nats = await connectNats({ servers });
  let count = 0;
  nats.subscribe("echo", {
    callback: (_, message) => void message.respond(message.data),
  });
  nats.subscribe("send", { callback: () => void count++ });
  nats.subscribe("arrived", {
    callback(_, message) {
      message.respond(String(count));
      count = 0;
    },
  });
  await nats.flush();
  return servers;
}

/** Connects a client. */
export async function connect(servers: string): Promise<ContestantClient> {
  const nats = await connectNats({ servers });
  return {
    call: (body) => nats.request("echo", body, { timeout: 60_000 }),
    send: (body) => Promise.resolve(nats.publish("send", body)),
    async arrived() {
      // Behind all that was published.
      await nats.flush();
      return Number((await nats.request("arrived")).string());
    },
    [Symbol.asyncDispose]: () => nats.close(),
  };
}
