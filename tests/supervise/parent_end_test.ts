import { assert, assertEquals, assertThrows } from "@std/assert";
import { bind } from "../../mod.ts";
import { supervise } from "../../supervise/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { PARENT, RUN } from "./support/scene.ts";

for (const how of ["socket", "pdeathsig"] as const) {
  testWith(
    "all",
    `supervise: a program ends when its parent is killed: ${how}`,
    async () => {
      using folder = new TempDir();
      const path = folder.file("witness.sock");
      await using listener = await bind(`unix:${path}`);
      const args = how === "socket" ? [] : ["silent"];
      const parent = new Deno.Command(Deno.execPath(), {
        args: [...RUN, PARENT, how, `witness=${path}`, ...args],
        stdout: "null",
        stderr: "null",
      }).spawn();
      // It lives as long as the program does.
      const witness = await listener.accept();
      const serving = witness.serve({});
      parent.kill("SIGKILL");
      await parent.status;
      await witness.closed;
      await serving;
    },
  );
}

Deno.test("supervise: times that can't be are refused", () => {
  const command = ["program"] as const;
  for (
    const options of [
      { stop: { drain: -1 } },
      { stop: { exit: NaN } },
      { stop: { term: -1 } },
      { readyTimeout: NaN },
      { maxAttempts: 0 },
    ]
  ) {
    assertThrows(
      () => supervise({ command, ...options }),
      RangeError,
      "must be a number",
    );
  }
});

Deno.test("supervise: an empty command is refused", () => {
  assertThrows(
    // @ts-expect-error it has no program
    () => supervise({ command: [] }),
    TypeError,
    "command",
  );
});

testWith(
  "all",
  "supervise: without setpriv, pdeathsig is refused and says why",
  async () => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...RUN, PARENT, "pdeathsig"],
      env: { PATH: "/nowhere", NO_COLOR: "1" },
    }).output();
    assertEquals(success, false);
    const text = new TextDecoder().decode(stderr);
    assert(text.includes("needs the program setpriv"), text);
  },
);
