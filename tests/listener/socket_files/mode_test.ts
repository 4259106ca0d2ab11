/** `mode`: the permissions of a Unix socket's file. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { listen } from "../../../mod.ts";
import { runProgram } from "../../support/processes/run_program.ts";
import { testWith } from "../../support/permissions.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { exists } from "../../support/files/exists.ts";

const PATH = `${import.meta.dirname}/no_sys.sock`;
const CHILD = new URL("mode_child.ts", import.meta.url).href;

for (
  const [name, what] of [
    ["mode sets the permissions of the file, whatever the umask", "exact"],
    ["without mode, the umask decides", "default"],
    ["mode works for Listener.bind and the sub-path too", "everywhere"],
    [
      "workers that listen with a mode at once leave the umask as it was",
      "workers",
    ],
    ["a failed listen leaves the umask as it was", "failed"],
  ] as const
) {
  testWith("all", name, async () => {
    assertEquals(await runProgram(CHILD, what), [0, "done\n"]);
  });
}

testWith(
  "unix",
  "mode needs no --allow-sys, where another name may be used",
  async () => {
    using dir = new TempDir();
    const path = dir.file("s");
    await using _listener = listen(`unix:${path}`, { mode: 0o600 });
    assertEquals(Deno.lstatSync(path).mode! & 0o777, 0o600);
    assertEquals([...Deno.readDirSync(dir.path)].length, 1);
  },
  {
    permissions: {
      net: "inherit",
      read: "inherit",
      write: "inherit",
      env: "inherit",
    },
  },
);

testWith(
  "unix",
  "mode with permissions for the path alone, and without --allow-sys, is NotCapable, and makes no file",
  () => {
    const error = assertThrows(
      () => listen(`unix:${PATH}`, { mode: 0o600 }),
      Deno.errors.NotCapable,
    );
    assert(error.message.includes("--allow-sys"), error.message);
    assertEquals(exists(PATH), false);
  },
  { permissions: { net: "inherit", read: [PATH], write: [PATH] } },
);
