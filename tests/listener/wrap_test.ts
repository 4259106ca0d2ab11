/** Listeners of sockets that are open already. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  connect,
  Listener,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { untilRefused } from "../support/refused.ts";
import { exists } from "../support/files/exists.ts";
import { assertConnects } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

testWith("net", "a listener of a TCP socket that is open already", async () => {
  const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr;
  await using listener = new Listener(TcpTransport.wrap(socket));
  assertEquals(listener.addr, {
    transport: "tcp",
    hostname: "127.0.0.1",
    port,
  });
  await assertConnects(listener, () => connect(listener.addr));
  listener.close();
  await untilRefused(() => connect({ hostname: "127.0.0.1", port }));
});

testWith(
  "unix",
  "a listener of a Unix socket that is open already",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    const socket = Deno.listen({ transport: "unix", path });
    await using listener = new Listener(UnixStreamTransport.wrap(socket));
    assertEquals(listener.addr, { transport: "unix", path });
    await assertConnects(listener, () => connect(`unix:${path}`));
    listener.close();
    assertEquals(exists(path), false);
  },
);

testWith(
  "net",
  "a wrapped socket's limits are those of its connections",
  async () => {
    const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const acceptor = TcpTransport.wrap(socket, { maxBodyLenRead: 3 });
    await using listener = new Listener(acceptor, { maxInboxMessages: 1 });
    const connecting = connect(listener.addr);
    await using server = await listener.accept();
    await using client = await connecting;
    await client.sendStream(1, "four");
    assertEquals((await server.closed)?.code, "payload-too-large");
  },
);

testWith(
  "unix",
  "a wrong limit of a wrapped socket is refused at once",
  async () => {
    await using dir = new TempDir();
    using tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using unix = Deno.listen({ transport: "unix", path: dir.file("s") });
    const config = { maxBodyLenRead: -1 };
    assertThrows(() => TcpTransport.wrap(tcp, config), RangeError);
    assertThrows(() => UnixStreamTransport.wrap(unix, config), RangeError);
  },
);
