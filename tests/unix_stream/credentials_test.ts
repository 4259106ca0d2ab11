import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { CredentialsFinder } from "../../transports/unix/credentials_finder.ts";
import { connect, listen, ours, readPid, Scene } from "./scene.ts";

testWith(
  "all",
  "an accepted connection shows the client's credentials",
  async () => {
    await using scene = new Scene();
    const path = scene.path("s");
    using finder = new CredentialsFinder();
    using listener = listen(path);
    const child = scene.client(path);
    const { conn, credentials } = await finder.identify(() =>
      listener.accept()
    );
    using _conn = conn;
    assertEquals(credentials, ours(child.pid));
  },
);

testWith("all", "a connection shows the server's credentials", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  const child = await scene.server(path);
  using finder = new CredentialsFinder();
  const all = await Promise.all(
    Array.from({ length: 8 }, () => finder.identify(() => connect(path))),
  );
  for (const { conn, credentials } of all) {
    conn.close();
    assertEquals(credentials, ours(child.pid));
  }
});

testWith("all", "each of many connections shows its own client", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using listener = listen(path);
  using finder = new CredentialsFinder();
  const children = [1, 2, 3].map(() => scene.client(path, 25));
  const open: Deno.Conn[] = [];
  const pids = new Set<number>();
  for (let i = 0; i < 75; i++) {
    const { conn, credentials } = await finder.identify(() =>
      listener.accept()
    );
    const pid = await readPid(conn);
    assertEquals(credentials, ours(pid));
    pids.add(pid);
    open.push(conn);
    // Descriptors are used again: a new client in the place of an old one.
    if (i % 3 === 0) open.splice(i % open.length, 1)[0]?.close();
  }
  assertEquals(pids, new Set(children.map((child) => child.pid)));
  for (const conn of open) conn.close();
});

testWith(
  "all",
  "both ends in one process, and two listeners at once",
  async () => {
    await using scene = new Scene();
    const [a, b] = [scene.path("a"), scene.path("b")];
    using listenerA = listen(a);
    using listenerB = listen(b);
    using finderA = new CredentialsFinder();
    using finderB = new CredentialsFinder();
    using finderC = new CredentialsFinder();
    const child = scene.client(a);
    const [ofA, ofB, ofC] = await Promise.all([
      finderA.identify(() => listenerA.accept()),
      finderB.identify(() => listenerB.accept()),
      finderC.identify(() => connect(b)),
    ]);
    for (const { conn } of [ofA, ofB, ofC]) conn.close();
    assertEquals(ofA.credentials, ours(child.pid));
    assertEquals(ofB.credentials, ours(Deno.pid));
    assertEquals(ofC.credentials, ours(Deno.pid));
  },
);
