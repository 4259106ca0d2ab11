/** `fizyr call --fd`: files whose descriptors go with a body. */
import { assert, assertEquals } from "@std/assert";
import { defineInterface, peerBody, serve } from "../../interface/mod.ts";
import { bind, type UnixBody } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Camera, handlers } from "../interface/support/camera.ts";
import { fizyr, serveOn } from "./support.ts";

const Store = defineInterface({
  name: "Store",
  services: {
    /** Answers with what is in the files. */
    keep: {
      id: 1,
      request: peerBody<UnixBody>(),
      response: peerBody<UnixBody>(),
    },
    count: { id: 2 },
  },
});

for (const transport of ["unix+seqpacket", "unix+shm"]) {
  testWith("all", `descriptors go over ${transport}`, async () => {
    using folder = new TempDir();
    const address = `${transport}:${folder.file("store.sock")}` as const;
    const paths = [folder.file("one"), folder.file("two")];
    for (const path of paths) await Deno.writeTextFile(path, `in ${path}`);
    await using listener = await bind(
      address as `unix+seqpacket:${string}`,
    );
    const store = Store.implement({
      async keep(body) {
        using received = body;
        const texts = [received.text()];
        for (const fd of received.fds) {
          using file = await fd.toFile();
          texts.push(await new Response(file.readable).text());
        }
        return texts.join();
      },
      count() {},
    });
    const running = listener.run((peer) =>
      serve(peer, store, { describe: true })
    );
    const fds = paths.flatMap((path) => ["--fd", path]);
    for (const name of [["Store.keep"], ["--raw", "1"]]) {
      const args = ["call", address, ...name, "hello", ...fds];
      const { code, out, err } = await fizyr(args);
      assertEquals([code, atob(JSON.parse(out[0] ?? '""'))], [
        0,
        `hello,in ${paths[0]},in ${paths[1]}`,
      ], err);
    }
    const nothing = ["call", address, "count", ...fds];
    const wrong = await fizyr(nothing);
    assertEquals(wrong.code, 2);
    assert(wrong.err.includes("Store.count carries no descriptors"), wrong.err);
    const missing = ["call", address, "keep", "--fd", folder.file("none")];
    assertEquals((await fizyr(missing)).code, 1);
    listener.close();
    await running;
  });
}

testWith("all", "TCP carries no descriptors", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const args = ["call", server.address, "name", "--fd", "/dev/null"];
  const { code, err } = await fizyr(args);
  assertEquals(code, 2);
  assert(err.includes("--fd needs"), err);
});
