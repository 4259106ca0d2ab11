/** Sessions over NATS: opened and shared out. */
import { assertEquals, assertRejects } from "@std/assert";
import { bind, connect } from "../../mod.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { connectNats } from "./support.ts";

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
  assertEquals(listener.addr, {
    transport: "nats",
    hostname: "127.0.0.1",
    port: nats.port,
    subject: "cell.camera",
  });
});

testWithNats("nobody serves the subject: refused at once", async () => {
  await using nats = await NatsServer.start();
  const address = nats.address("cell.nobody");
  const error = await assertRejects(
    () => connect(address),
    Deno.errors.ConnectionRefused,
  );
  assertEquals(
    error.message,
    `Cannot connect to ${address}: nobody serves the subject`,
  );
});

testWithNats(
  "no server of NATS: refused, and the next one is tried",
  async () => {
    const gone = await NatsServer.start();
    await gone.kill();
    await assertRejects(
      () => connect(gone.address("cell.camera")),
      Deno.errors.ConnectionRefused,
      `Cannot connect to ${gone.address("cell.camera")}`,
    );
    await using nats = await NatsServer.start();
    const address = `nats://${gone.host},${nats.host}/cell.camera` as const;
    await using listener = await bind(address);
    listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
    await using peer = await connect(address);
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");
  },
);

testWithNats("a password that NATS refuses is PermissionDenied", async () => {
  await using nats = await NatsServer.start({
    args: ["--user", "cell", "--pass", "secret"],
  });
  const address = nats.address("cell.camera");
  const options = { nats: { user: "cell", pass: "secret" } };
  await using _listener = await bind(address, options);
  await assertRejects(() => connect(address), Deno.errors.PermissionDenied);
  await using _peer = await connect(address, options);
});

testWithNats(
  "servers share their clients; one that leaves gets none",
  async () => {
    await using nats = await NatsServer.start();
    const address = nats.address("cell.camera");
    const counts = [0, 0];
    const listeners = await Promise.all([0, 1].map(() => bind(address)));
    await using stack = new AsyncDisposableStack();
    for (const [i, listener] of listeners.entries()) {
      stack.use(listener);
      listener.run((peer) => {
        counts[i]!++;
        return peer.serve({ 1: () => `${i}` });
      });
    }
    const ask = async (): Promise<string> => {
      await using peer = await connect(address);
      return (await peer.call(1, "who?")).text();
    };
    const seen = new Set<string>();
    while (seen.size < 2) seen.add(await ask());
    await listeners[0]!.shutdown();
    const [before] = counts;
    for (let i = 0; i < 10; i++) assertEquals(await ask(), "1");
    assertEquals(counts[0], before);
  },
);

testWithNats(
  "a connection that is there already serves many, and stays open",
  async () => {
    await using nats = await NatsServer.start();
    await using connection = await connectNats(nats);
    const address = {
      transport: "nats",
      connection,
      subject: "cell.camera",
    } as const;
    {
      await using listener = await bind(address);
      listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
      const peers = await Promise.all([connect(address), connect(address)]);
      for (const peer of peers) {
        assertEquals((await peer.call(1, "Hello")).text(), "Hello");
        await peer.close();
      }
    }
    assertEquals(connection.isClosed(), false);
    await connection.flush();
  },
);

testWithNats(
  "a signal ends connecting, and nothing is left of it",
  async () => {
    await using nats = await NatsServer.start();
    await using connection = await connectNats(nats);
    // Somebody who never answers.
    const asked = Promise.withResolvers<void>();
    connection.subscribe("cell.silent", { callback: () => asked.resolve() });
    const stop = new AbortController();
    const connecting = connect(nats.address("cell.silent"), {
      signal: stop.signal,
    });
    await asked.promise;
    stop.abort(new Error("enough"));
    await assertRejects(() => connecting, Error, "enough");
    await assertRejects(
      () => connect(nats.address("cell.silent"), { openTimeout: 20 }),
      Deno.errors.TimedOut,
      "no answer came in 20 ms (openTimeout)",
    );
  },
);

testWithNats(
  "a body that is given away, longer than a message of NATS",
  async () => {
    await using nats = await NatsServer.start();
    const address = nats.address("cell.camera");
    const limits = { maxBodyLenRead: 4 << 20, maxBodyLenWrite: 4 << 20 };
    await using listener = await bind(address, limits);
    listener.run((peer) =>
      peer.serve({
        1: (_request, body) => ({ data: body.data, transfer: true }),
      })
    );
    await using peer = await connect(address, limits);
    const data = new Uint8Array(3 << 20).fill(7);
    const answer = await peer.call(1, { data, transfer: true });
    assertEquals(answer.body.data.length, 3 << 20);
    assertEquals(answer.body.data.at(-1), 7);
  },
);

Deno.test("options of NATS are refused for other addresses, and others for it", async () => {
  await assertRejects(
    () => connect("127.0.0.1:1", { nats: { user: "cell" } } as never),
    TypeError,
    "nats is an option of NATS (nats://)",
  );
  await assertRejects(
    () => connect("nats://127.0.0.1:1/a", { token: "x" } as never),
    TypeError,
    "token is an option of WebSockets",
  );
});

for (
  const address of [
    "nats://host:4222",
    "nats://host:4222/",
    "nats://host:4222/a..b",
    "nats://host:4222/a.*",
    "nats://host:4222/a b",
    "nats://host:0x1/a",
    "nats:///a",
    "nats://user:secret@host/a",
  ]
) {
  Deno.test(`${address} is no address`, async () => {
    await assertRejects(() => connect(address), TypeError);
  });
}
