import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import type { Credentials } from "../../transports/unix/credentials.ts";
import { CredentialsFinder } from "../../transports/unix/credentials_finder.ts";
import { connect, listen, ours, Scene } from "./scene.ts";

const FINDER = import.meta.resolve(
  "../../transports/unix/credentials_finder.ts",
);
const TABLE = import.meta.resolve("../../transports/libc/descriptor_table.ts");
const LIBC = import.meta.resolve("../../transports/libc/libc.ts");

testWith(
  "all",
  "credentials are null where two clients could be meant",
  async () => {
    await using scene = new Scene();
    const [path, moved] = [scene.path("s"), scene.path("moved")];
    // Two listeners whose sockets have one name.
    using first = listen(path);
    Deno.renameSync(path, moved);
    using second = listen(path);
    using finder = new CredentialsFinder();
    async function both(): Promise<Credentials | null> {
      const conns: Deno.Conn[] = [await connect(path)];
      const { conn, credentials } = await finder.identify(async () => {
        conns.push(await second.accept());
        return await first.accept();
      });
      for (const each of [conn, ...conns]) each.close();
      return credentials;
    }
    scene.client(moved);
    assertEquals(await both(), null);
    // Whichever it is, it is this process.
    const [conn, credentials] = await Promise.all([connect(moved), both()]);
    conn.close();
    assertEquals(credentials, ours(Deno.pid));
  },
);

testWith(
  "all",
  "credentials are null once the finder is disposed",
  async () => {
    await using scene = new Scene();
    using listener = listen(scene.path("s"));
    const finder = new CredentialsFinder();
    const pending = finder.identify(() => listener.accept());
    finder[Symbol.dispose]();
    using _client = await connect(scene.path("s"));
    const { conn, credentials } = await pending;
    conn.close();
    assertEquals(credentials, null);
  },
);

testWith("unix", "credentials are null without --allow-ffi", async () => {
  await using scene = new Scene();
  using listener = listen(scene.path("s"));
  using finder = new CredentialsFinder();
  const [accepted, connected] = await Promise.all([
    finder.identify(() => listener.accept()),
    finder.identify(() => connect(scene.path("s"))),
  ]);
  accepted.conn.close();
  connected.conn.close();
  assertEquals([accepted.credentials, connected.credentials], [null, null]);
}, { permissions: { read: "inherit", write: "inherit", net: "inherit" } });

testWith(
  "all",
  "credentials are null once --allow-ffi is taken back, though the library is open",
  async () => {
    await using scene = new Scene();
    const child = scene.spawn(`
    import { CredentialsFinder } from ${JSON.stringify(FINDER)};
    import { Libc } from ${JSON.stringify(LIBC)};
    using libc = Libc.open();
    Deno.permissions.revokeSync({ name: "ffi" });
    const listener = Deno.listen({ transport: "unix", path: "s" });
    using finder = new CredentialsFinder();
    const [{ conn, credentials }, client] = await Promise.all([
      finder.identify(() => listener.accept()),
      Deno.connect({ transport: "unix", path: "s" }),
    ]);
    conn.close();
    client.close();
    console.log(libc !== null, credentials);`);
    assertEquals(await new Response(child.stdout).text(), "true null\n");
  },
);

testWith("all", "finding credentials leaves no descriptor open", async () => {
  await using scene = new Scene();
  const child = scene.spawn(`
    import { CredentialsFinder } from ${JSON.stringify(FINDER)};
    import { DescriptorTable } from ${JSON.stringify(TABLE)};
    import { Libc } from ${JSON.stringify(LIBC)};
    const listener = Deno.listen({ transport: "unix", path: "s" });
    const counts = [];
    for (let i = 0; i < 3; i++) {
      using finder = new CredentialsFinder();
      const ends = await Promise.all([
        finder.identify(() => listener.accept()),
        finder.identify(() => Deno.connect({ transport: "unix", path: "s" })),
      ]);
      for (const { conn } of ends) conn.close();
      counts.push(new DescriptorTable(Libc.open()).open().length);
    }
    console.log(counts[1] === counts[2] ? "same" : counts.join());`);
  assertEquals(await new Response(child.stdout).text(), "same\n");
});
