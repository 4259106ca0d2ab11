/** `mode`: the permissions of a Unix socket's file. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { listen } from "../../mod.ts";
import { runProgram } from "../support/processes/run_program.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";

const CHILD = new URL("mode_child.ts", import.meta.url).href;

for (
  const [name, what] of [
    ["mode sets the permissions of the file, whatever the umask", "exact"],
    ["without mode, the umask decides", "default"],
    ["mode works for Listener.bind and the sub-path too", "everywhere"],
    ["a failed listen leaves the umask as it was", "failed"],
  ] as const
) {
  testWith("all", name, async () => {
    assertEquals(await runProgram(CHILD, what), [0, "done\n"]);
  });
}

testWith(
  "unix",
  "mode without --allow-sys is NotCapable, and makes no file",
  () => {
    const path = `${Deno.cwd()}/tests_no_sys.sock`;
    const error = assertThrows(
      () => listen(`unix:${path}`, { mode: 0o600 }),
      Deno.errors.NotCapable,
    );
    assert(error.message.includes("--allow-sys"), error.message);
    assertEquals(exists(path), false);
  },
  {
    permissions: { net: "inherit", read: "inherit", write: "inherit" },
  },
);
