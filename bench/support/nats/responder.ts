/**
 * The other process of `bench/nats.ts`: answers plain requests of NATS, those of a
 * service, and sessions, until its input ends.
 *
 * @module
 */
import { connect } from "@nats-io/transport-node";
import { bind } from "../../../endpoints/nats.ts";
import { service } from "../../../nats/mod.ts";
import { Echo, PLAIN, SESSIONS } from "./echo.ts";

const nats = await connect({ servers: Deno.args[0]! });
nats.subscribe(PLAIN, {
  queue: "q",
  callback: (_error, message) => {
    message.respond(JSON.stringify(message.json()));
  },
});
const handlers = { echo: (value: unknown) => value as never };
const instance = await service(nats, Echo.implement(handlers));
const listener = await bind(`nats://${Deno.args[0]}/${SESSIONS}`);
listener.run((peer) => Echo.serve(peer, handlers));
console.log("ready");
for await (const _ of Deno.stdin.readable);
await instance.stop();
await listener.shutdown();
await nats.close();
