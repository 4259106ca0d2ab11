/** The attacks on frames on one CPU, and in long forms on two; with `STRESS=1` the leaks too. */
import { assert } from "@std/assert";
import { testWith } from "../../support/permissions.ts";
import { QUIET } from "../../support/quiet.ts";
import { LONG } from "../../support/suite/long.ts";

const env = Deno.permissions.querySync({ name: "env" }).state === "granted";
const isLong = env && Deno.env.get("STRESS") !== undefined;
const SUITES = ["hostile_frames_test.ts", ...isLong ? ["../leaks_test.ts"] : []]
  .map((path) => new URL(path, import.meta.url).pathname);

// Where there are two CPUs, those of all tests are as many.
for (const cpus of LONG ? ["0", "0,1"] : ["0"]) {
  testWith("all", `attacks and leaks, on the CPUs ${cpus}`, async (t) => {
    const args = ["-c", cpus, Deno.execPath(), "test", "-A", "--no-check"];
    let output: Deno.CommandOutput;
    try {
      output = await new Deno.Command("taskset", {
        args: [...args, ...SUITES],
        stdin: "null",
        env: { ...QUIET, NO_COLOR: "1" },
      }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await t.step({ name: "[needs taskset]", ignore: true, fn: () => {} });
      return;
    }
    const text = new TextDecoder().decode(output.stdout);
    assert(output.success, text);
    assert(/ok \| \d\d+ passed/.test(text), text);
  });
}
