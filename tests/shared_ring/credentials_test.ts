/** Each side of rings sees the other process's credentials, as the kernel has them. */
import { assertEquals } from "@std/assert";
import { bind, connect } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Child } from "./support/child.ts";

const CHILD = new URL("./support/killed_child.ts", import.meta.url).href;

const ours = (pid: number) => ({ pid, uid: Deno.uid(), gid: Deno.gid() });

testWith(
  "all",
  "a server sees the client's process, in authorize too",
  async () => {
    using dir = new TempDir();
    const path = dir.file("s");
    const asked: unknown[] = [];
    await using listener = await bind(`unix+shm:${path}`, {
      authorize: ({ credentials }) => {
        asked.push(credentials);
        return credentials?.pid !== Deno.pid;
      },
    });
    await using child = new Child(CHILD, "call", path, "1");
    await using peer = await listener.accept();
    assertEquals(peer.info.credentials, ours(child.pid));
    assertEquals(asked, [ours(child.pid)]);
  },
);

testWith("all", "a client sees the server's process", async () => {
  using dir = new TempDir();
  const path = dir.file("s");
  await using child = new Child(CHILD, "serve", path);
  await child.line();
  await using peer = await connect(`unix+shm:${path}`);
  assertEquals(peer.info.credentials, ours(child.pid));
});
