import { assert, assertEquals, assertMatch } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { namedCommands } from "./named_commands.ts";
import { Program } from "./program.ts";
import { TempDir } from "../support/files/temp_dir.ts";

testWith(
  "all",
  "the camera hands its frames over in shared memory, and beside it as bodies",
  async () => {
    const args = ["--frames", "5", "--mib", "1"];
    await using camera = new Program("camera.ts", ["-A"], args);
    const lines = await camera.end();
    for (const name of ["leases, rings ", "shared memory ", "Unix stream   "]) {
      const live = lines.filter((line) => line.startsWith(`${name}│ frame `));
      assertEquals(live.length, 5);
      assertMatch(live[4]!, /│ frame 5 of 5: [\d.]+ frames\/s, \d+ MB\/s$/);
    }
    assert(lines.some((line) => line.startsWith("| leases, rings    |")));
    assert(lines.some((line) => line.startsWith("| shared memory    |")));
    assert(lines.some((line) => line.startsWith("| Unix stream      |")));
    assertMatch(lines.at(-1)!, /^Handing over takes [\d.]+ % of the time/);
  },
);

testWith(
  "all",
  "the camera and its viewer need no more than the path, and FFI or the net",
  async () => {
    using folder = new TempDir();
    const cwd = folder.path;
    const addresses = ["unix+shm:", "unix+seqpacket:", "unix:"]
      .map((scheme) => `${scheme}camera.sock`);
    const serving = namedCommands("camera_server.ts", cwd);
    const viewing = namedCommands("camera_viewer.ts", cwd);
    for (const [i, address] of addresses.entries()) {
      await using server = new Program(
        "camera_server.ts",
        serving[i]!,
        [address],
        cwd,
      );
      await server.after("Listening on ");
      const args = [address, "2", "1"];
      await using viewer = new Program(
        "camera_viewer.ts",
        viewing[i]!,
        args,
        cwd,
      );
      await viewer.after("frame 2 of 2: ");
      await viewer.end();
      server.interrupt();
      assertEquals(await server.end(), []);
    }
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
);
