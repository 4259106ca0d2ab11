/** Connecting to a listener that never accepts. */
import { assertEquals, assertRejects } from "@std/assert";
import * as tcp from "../../endpoints/tcp.ts";
import { connect, listen, TcpTransport } from "../../mod.ts";
import { isPending } from "../support/expect.ts";
import { PERMISSIONS, testUnless } from "../support/permissions.ts";

// Linux alone is known to let one more than the backlog wait.
const missing = Deno.build.os === "linux" ? null : "Linux";
const { granted, flag } = PERMISSIONS.net;
const title = "TCP: a signal ends connecting to a full backlog";
testUnless(granted ? missing : flag, title, async () => {
  // It never accepts.
  using socket = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
    tcpBacklog: 1,
  });
  const { port } = socket.addr;
  using stack = new DisposableStack();
  for (let i = 0; i < 2; i++) {
    stack.use(await Deno.connect({ hostname: "127.0.0.1", port }));
  }
  const controller = new AbortController();
  const { signal } = controller;
  const connecting = [
    connect({ hostname: "127.0.0.1", port }, { signal }),
    tcp.connect({ hostname: "127.0.0.1", port }, { signal }),
    TcpTransport.connect({ hostname: "127.0.0.1", port }, { signal }),
  ];
  // Another connection comes and goes: these would have been through by now.
  await using other = listen("127.0.0.1:0");
  const [client, server] = await Promise.all([
    connect(other.addr),
    other.accept(),
  ]);
  await client.close();
  await server.close();
  for (const one of connecting) assertEquals(await isPending(one), true);
  const reason = new Error("nobody accepts");
  controller.abort(reason);
  for (const one of connecting) {
    assertEquals(await assertRejects(() => one), reason);
  }
});
