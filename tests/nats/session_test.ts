/** Sessions over NATS: opened, used and ended. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bind, connect } from "../../endpoints/nats.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";

testWithNats("a server and a client have a session", async () => {
  await using nats = await NatsServer.start();
  const address = nats.address("cell.camera");
  await using listener = await bind(address);
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  await using peer = await connect(address);
  assertEquals((await peer.call(1, "Hello")).text(), "Hello");
  assertEquals(peer.info, {
    transport: "nats",
    subject: "cell.camera",
    server: nats.host,
  });
});

testWithNats("nobody serves the subject: refused at once", async () => {
  await using nats = await NatsServer.start();
  const error = await assertRejects(
    () => connect(nats.address("cell.nobody")),
    Deno.errors.ConnectionRefused,
  );
  assertEquals(
    error.message,
    `Cannot connect to ${
      nats.address("cell.nobody")
    }: nobody serves the subject`,
  );
});
