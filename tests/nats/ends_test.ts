/** How sessions over NATS end: each way has its error. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { bind, connect } from "../../endpoints/nats.ts";
import { RpcError } from "../../mod.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { connectNats, nextStatus, RawClient } from "./support.ts";

const echo = { 1: (_request: unknown, body: unknown) => body as string };

/** The error with which a connection ends. */
async function endOf(
  peer: { readonly closed: Promise<RpcError | null> },
): Promise<[string, string]> {
  const error = await peer.closed;
  return [error?.code ?? "", error?.message ?? ""];
}

testWithNats("a message that NATS has lost ends the session", async () => {
  await using nats = await NatsServer.start();
  const address = nats.address("cell.camera");
  await using listener = await bind(address);
  await using connection = await connectNats(nats);
  const accepting = listener.accept();
  const [client] = await RawClient.open(connection, "cell.camera");
  await using peer = await accepting;
  client.send(client.codec.encode({ kind: "hello", window: 65536, every: 0 }));
  client.codec.encode({ kind: "alive" });
  client.send(client.codec.encode({ kind: "alive" }));
  assertEquals(await endOf(peer), [
    "connection-aborted",
    "The other side sent message 2 where 1 was next: the carrier has lost messages, or changed their order",
  ]);
  // Its hello, then what tells that it has cut the session off.
  assert((await client.next()).data.length > 0);
  assertEquals((await client.next()).data.length, 0);
});

testWithNats(
  "a side that has vanished is noticed by the next message to it",
  async () => {
    await using nats = await NatsServer.start();
    await using connection = await connectNats(nats);
    const subject = "cell.camera";
    const address = { transport: "nats", connection, subject } as const;
    await using listener = await bind(address);
    const accepting = listener.accept();
    await using peer = await connect(nats.address(subject));
    await using _server = await accepting;
    // As the end of its process.
    await connection.close();
    const error = await assertRejects(() => peer.call(1, "Hello"), RpcError);
    assertEquals(error.outcome, "unknown");
    assertEquals(await endOf(peer), [
      "connection-aborted",
      "The other side is gone: nobody receives the subject of the session any more",
    ]);
  },
);

testWithNats(
  "a side that stands still is noticed by the heartbeat",
  async () => {
    await using nats = await NatsServer.start();
    await using listener = await bind(nats.address("cell.camera"), {
      sessionHeartbeat: { interval: 20, timeout: 40 },
    });
    await using connection = await connectNats(nats);
    const accepting = listener.accept();
    const [client] = await RawClient.open(connection, "cell.camera");
    await using peer = await accepting;
    client.send(
      client.codec.encode({ kind: "hello", window: 65536, every: 0 }),
    );
    const [code, text] = await endOf(peer);
    assertEquals(code, "connection-aborted");
    assert(text.includes("no sign of life"), text);
    assert(text.includes("sessionHeartbeat.interval"), text);
  },
);

testWithNats(
  "a server of NATS that stands still ends the session",
  async () => {
    await using nats = await NatsServer.start();
    const address = nats.address("cell.camera");
    await using listener = await bind(address);
    listener.run((peer) => peer.serve(echo));
    await using peer = await connect(address);
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");
    nats.signal("SIGSTOP");
    assertEquals(await endOf(peer), [
      "connection-aborted",
      `The connection to the NATS server ${nats.host} is lost, and with it what was under way`,
    ]);
  },
);

testWithNats(
  "sessions end when NATS does, and the listener goes on",
  async () => {
    const nats = await NatsServer.start();
    await using connection = await connectNats(nats, {
      maxReconnectAttempts: -1,
    });
    const subject = "cell.camera";
    await using listener = await bind({
      transport: "nats",
      connection,
      subject,
    });
    const served: Promise<RpcError | null>[] = [];
    listener.run((peer) => {
      served.push(peer.closed);
      return peer.serve(echo);
    });
    await using peer = await connect(nats.address(subject));
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");

    const back = nextStatus(connection, "reconnect");
    await nats.kill();
    assertEquals((await endOf(peer))[0], "connection-aborted");
    assertEquals(
      (await endOf({ closed: served[0]! }))[0],
      "connection-aborted",
    );

    await using again = await NatsServer.start({ port: nats.port });
    await back;
    await connection.flush();
    await using next = await connect(again.address(subject));
    assertEquals((await next.call(1, "again")).text(), "again");
  },
);

testWithNats(
  "clients that wait when a listener closes are cut off",
  async () => {
    await using nats = await NatsServer.start();
    const address = nats.address("cell.camera");
    const listener = await bind(address);
    await using peer = await connect(address);
    listener.close();
    assertEquals((await endOf(peer))[0], "connection-aborted");
    await assertRejects(() => connect(address), Deno.errors.ConnectionRefused);
  },
);

testWithNats("what opens no session is refused", async () => {
  await using nats = await NatsServer.start();
  await using _listener = await bind(nats.address("cell.camera"));
  await using connection = await connectNats(nats);
  const [, answer] = await RawClient.open(
    connection,
    "cell.camera",
    new TextEncoder().encode("{}"),
  );
  assertEquals(
    new TextDecoder().decode(answer.data),
    "fizyr-rpc 1 refused: the message opens no session",
  );
});
