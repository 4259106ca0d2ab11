/** `info.credentials` of a connection that this side has made. */
import { assertEquals } from "@std/assert";
import { Peer, UnixStreamTransport } from "../../mod.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { testWith } from "../support/permissions.ts";
import { listen, ours, Scene } from "./scene.ts";

/** Counts how often something asks for the C library, which the tests hold open. */
function countOpens(): { count: number } & Disposable {
  const { open } = Libc;
  const counter = { count: 0, [Symbol.dispose]: () => void (Libc.open = open) };
  Libc.open = () => {
    counter.count++;
    return open.call(Libc);
  };
  return counter;
}

testWith("all", "connecting looks at nothing until it is asked", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using _listener = listen(path);
  using opens = countOpens();
  const transport = await UnixStreamTransport.connect(path);
  assertEquals(opens.count, 0);
  assertEquals(transport.info, { credentials: ours(Deno.pid) });
  const { count } = opens;
  assertEquals(count > 0, true);
  assertEquals({ ...transport.info }, { credentials: ours(Deno.pid) });
  assertEquals(opens.count, count);
  await transport.close();
  // What is known stays known.
  assertEquals(transport.info.credentials, ours(Deno.pid));
});

testWith("all", "a peer's credentials are asked for by its info", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using _listener = listen(path);
  await using peer = await Peer.connect(UnixStreamTransport, path);
  assertEquals(peer.info.credentials, ours(Deno.pid));
});

for (
  const [name, close] of [
    ["close", (t: UnixStreamTransport) => t.close()],
    ["conn.close", (t: UnixStreamTransport) => t.conn.close()],
    ["dispose", (t: UnixStreamTransport) => t.conn[Symbol.dispose]()],
  ] as const
) {
  testWith(
    "all",
    `they are null if it was closed before: ${name}`,
    async () => {
      await using scene = new Scene();
      const path = scene.path("s");
      using _listener = listen(path);
      const transport = await UnixStreamTransport.connect(path);
      // Another one of the same name is still there.
      using _other = await Deno.connect({ transport: "unix", path });
      await close(transport);
      assertEquals(transport.info.credentials, null);
    },
  );
}

testWith("all", "they are null where two servers could be meant", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  await scene.server(path);
  const first = await UnixStreamTransport.connect(path);
  Deno.renameSync(path, `${path}.old`);
  using _listener = listen(path);
  const second = await UnixStreamTransport.connect(path);
  assertEquals(first.info.credentials, null);
  await first.close();
  // Now there is only one.
  assertEquals(second.info.credentials, ours(Deno.pid));
  await second.close();
});
