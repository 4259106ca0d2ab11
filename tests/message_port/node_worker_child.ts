/** A worker of `node:worker_threads` that echoes, and exits with status 7 when asked for service 2. */
import { parentPort } from "node:worker_threads";
import process from "node:process";
import { Peer } from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";

Peer.spawn(new MessagePortTransport(parentPort!)).serve({
  1: (_request, body) => body,
  2: () => process.exit(7),
});
