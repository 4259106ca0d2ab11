import { assertEquals } from "@std/assert";
import { FileDescriptor, type UnixBody } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Scene } from "./support/scene.ts";

testWith(
  "all",
  "supervise: limits of bodies can be raised on both sides",
  async () => {
    await using scene = new Scene([], { maxBodyLenWrite: 16_384 });
    const { link } = scene.supervisor;
    const response = await link.call(6, new Uint8Array(16_384));
    assertEquals(response.text(), "16384");
  },
);

testWith(
  "all",
  "supervise: over a seqpacket pair a program gets descriptors, in each of its lives",
  async () => {
    using folder = new TempDir();
    const path = folder.file("frame");
    Deno.writeTextFileSync(path, "a frame");
    await using scene = new Scene<UnixBody>(
      ["seqpacket"],
      { socket: "seqpacket", maxBodyLenWrite: 16_384 },
    );
    const { link } = scene.supervisor;
    const first = await scene.pid();
    assertEquals(first, scene.supervisor.pid);
    for (const end of ["kill", "stop"]) {
      using file = FileDescriptor.open(path);
      const data = new Uint8Array(16_384);
      const response = await link.call(6, { data, fds: [file] });
      assertEquals(response.text(), "a frame");
      if (end === "stop") break;
      const ended = scene.end;
      Deno.kill(first, "SIGKILL");
      assertEquals((await ended).signal, "SIGKILL");
    }
    const end = await scene.supervisor.stop();
    assertEquals([end.status, end.signal, scene.supervisor.starts], [
      0,
      null,
      2,
    ]);
  },
);

testWith(
  "all",
  "supervise: a program that expects another socket says so",
  async () => {
    await using scene = new Scene(["seqpacket"], {
      restart: "never",
      env: { NO_COLOR: "1" },
    });
    assertEquals((await scene.supervisor.finished).status, 1);
    const lines = scene.lines.filter((line) => line.includes("TypeError:"));
    assertEquals(lines, [
      'stderr: error: Uncaught (in promise) TypeError: Descriptor 3 is a stream socket, as supervise() was told: give connectToParent() the option socket: "stream" too',
    ]);
  },
);
