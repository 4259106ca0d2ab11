/** `fizyr watch FILE`: what was saved, and what dumpcap captures. */
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../mod.ts";
import { Camera, handlers } from "../../interface/support/camera.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { testWith } from "../../support/permissions.ts";
import { Capture, whyNoCapture } from "../../wireshark/capture.ts";
import { converse, JOB, LARGE } from "../../wireshark/conversation.ts";
import { fizyr, serveOn } from "../support.ts";
import { outline, Watched } from "./watched.ts";

const CAMERA = new URL("../../interface/support/camera.ts", import.meta.url)
  .pathname;

testWith("all", "what was saved is shown as it was shown then", async () => {
  using folder = new TempDir();
  await using server = serveOn(Camera.implement(handlers), {});
  const file = folder.file("trace.pcapng");
  const watched = await Watched.start({
    to: server.address,
    options: ["--interface", CAMERA, "--save", file],
  });
  {
    await using peer = await connect<string>(watched.address);
    const camera = Camera.client(peer as never);
    await (await camera.record({ frames: 2 })).response();
    await camera.temperature(21.5);
    assertEquals(await camera.name(), "camera");
  }
  await watched.said("the server has ended");
  await watched.stop();
  const args = ["watch", file, "--interface", CAMERA];
  const { code, out, err } = await fizyr(args);
  assertEquals(code, 0);
  assertEquals(out, watched.out);
  assertEquals(out.map(outline).at(-3), [
    ...["client", "stream", "Camera.temperature"],
    21.5,
  ]);
  assert(err.includes("Connection 1: the client has ended"), err);
  const text = [...args, "--format", "text", "--filter", "Camera.name"];
  const { out: lines } = await fizyr(text);
  assertEquals(lines.length, 2);
  assert(
    /^\d\d:\d\d:\d\d\.\d{6} 1 <- response #1 Camera.name "camera" [0-9.]+ ms$/
      .test(lines[1]!),
    lines[1],
  );
});

testWith("all", "a capture that can't be read is told", async () => {
  using folder = new TempDir();
  const none = await fizyr(["watch", folder.file("none.pcapng")]);
  assertEquals(none.code, 1);
  await Deno.writeTextFile(folder.file("text"), "no capture");
  const { code, err } = await fizyr(["watch", folder.file("text")]);
  assertEquals(code, 1);
  assert(err.includes("is no capture"), err);
  const both = ["watch", "x.pcapng", "--to", "127.0.0.1:1"];
  assertEquals((await fizyr(both)).code, 2);
});

const missing = await whyNoCapture();
for (const endian of ["little", "big"] as const) {
  Deno.test({
    name: `what dumpcap captures is shown, ${endian} endian${
      missing === null ? "" : ` [needs ${missing}]`
    }`,
    ignore: missing !== null,
    fn: async () => {
      using folder = new TempDir();
      const [bytes, port] = await converse(endian);
      const file = folder.file("trace.pcapng");
      await Deno.writeFile(file, bytes);
      const args = ["watch", file, "--port", String(port)];
      const { code, out, err } = await fizyr(args);
      assertEquals(code, 0, err);
      const shown = out.map(outline);
      assertEquals(shown.length, 11);
      assertEquals(shown.slice(0, 2), [
        ["client", "request", "1", "Hello World!"],
        ["server", "response", "1", "Hello World!"],
      ]);
      assertEquals(JSON.parse(out[3]!).bytes, LARGE);
      assertEquals(shown[7], ["server", "response", `${JOB}`, "enough"]);
    },
  });
}

Deno.test({
  name: `what one begins to capture later is shown${
    missing === null ? "" : ` [needs ${missing}]`
  }`,
  ignore: missing !== null,
  fn: async () => {
    using folder = new TempDir();
    await using server = serveOn(Camera.implement(handlers), {});
    const port = Number(server.address.split(":")[1]);
    await using peer = await connect<string>(server.address);
    const camera = Camera.client(peer as never);
    await camera.name();
    await using capture = await Capture.start(port);
    assert(capture !== null, "captures were allowed a moment ago");
    await peer.call(1, "the last one").catch(() => {});
    const file = folder.file("late.pcapng");
    await Deno.writeFile(file, await capture.until("the last one"));
    const { out, err } = await fizyr(["watch", file]);
    assertEquals(outline(out[0]!), ["client", "request", "1", "the last one"]);
    assert(err.includes("its beginning isn't in the capture"), err);
  },
});
