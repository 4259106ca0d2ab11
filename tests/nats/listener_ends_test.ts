/** How listeners over NATS end by themselves, and what is left of one that couldn't begin. */
import { assertEquals, assertRejects } from "@std/assert";
import { bind, connect } from "../../endpoints/nats.ts";
import { RpcError } from "../../mod.ts";
import type { NatsConnection } from "../../transports/nats/nats_connection.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { connectNats } from "./support.ts";

const subject = "cell.camera";

testWithNats(
  "a listener ends when its connection to NATS is closed",
  async () => {
    await using nats = await NatsServer.start();
    await using connection = await connectNats(nats);
    const address = { transport: "nats", connection, subject } as const;
    await using accepting = await bind(address);
    await using running = await bind(address);
    await using iterated = await bind(address);
    const iterator = iterated[Symbol.asyncIterator]();
    const ends = [
      accepting.accept(),
      running.run(() => {}),
      iterator.next(),
    ];
    const ended = Promise.allSettled(ends);
    await connection.close();
    for (const end of await ended) {
      const error = end.status === "rejected" ? end.reason : null;
      assertEquals([error?.code, error?.message], [
        "connection-aborted",
        `The listener has ended: The connection to the NATS server ${nats.host} is closed`,
      ]);
    }
    // The next one doesn't wait either.
    await assertRejects(() => accepting.accept(), RpcError, "has ended");
  },
);

testWithNats(
  "a listener ends when NATS refuses its subject",
  async () => {
    using folder = new TempDir();
    const config = `${folder.path}/nats.conf`;
    await Deno.writeTextFile(
      config,
      'authorization { users: [{ user: a, password: b, permissions: { subscribe: "_INBOX.>" } }] }',
    );
    await using nats = await NatsServer.start({ args: ["-c", config] });
    await using listener = await bind(nats.address(subject), {
      nats: { user: "a", pass: "b" },
    });
    await assertRejects(() => listener.accept(), RpcError, "Permissions");
  },
);

testWithNats("options that can't be are refused", async () => {
  await using nats = await NatsServer.start();
  const address = nats.address(subject);
  await assertRejects(
    () => bind(address, { sessionHeartbeat: { interval: 1, timeout: 1 } }),
    RangeError,
    "sessionHeartbeat.interval must be",
  );
  for (const queue of ["my group", "", "a\r\nPING"]) {
    await assertRejects(() => bind(address, { queue }), TypeError, "queue");
  }
  for (const inboxPrefix of ["my inbox", "a.>", ""]) {
    await assertRejects(
      () => bind(address, { inboxPrefix }),
      TypeError,
      "inboxPrefix",
    );
    await assertRejects(
      () => connect(address, { inboxPrefix }),
      TypeError,
      "inboxPrefix",
    );
  }
});

testWithNats("nothing is left of a listener that couldn't begin", async () => {
  await using nats = await NatsServer.start();
  await using connection = await connectNats(nats);
  const broken: NatsConnection = new Proxy(connection, {
    get(target, name) {
      if (name === "flush") return () => Promise.reject(new Error("broken"));
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await assertRejects(
    () => bind({ transport: "nats", connection: broken, subject }),
    Error,
    "broken",
  );
  await assertRejects(
    () => connect(nats.address(subject)),
    Deno.errors.ConnectionRefused,
    "nobody serves the subject",
  );
});
