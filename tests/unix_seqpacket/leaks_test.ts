/** No descriptor is left, whatever becomes of the messages that they came with. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { CASES } from "./leaks/cases.ts";

/** What the child says of one case. */
interface Line {
  readonly name: string;
  readonly error: string | null;
  readonly unhandled: readonly string[];
}

const CHILD = new URL("leaks/child.ts", import.meta.url).href;

for (const [about, cases] of Object.entries(CASES)) {
  testWith("all", `No descriptor is left: ${about}`, async (t) => {
    const { code, stdout, stderr } = await runDeno(
      ["run", "-A", "--no-check", "--quiet", CHILD, about],
    );
    const lines = stdout.trim().split("\n");
    for (const line of lines) {
      if (line === "") continue;
      const { name, error, unhandled }: Line = JSON.parse(line);
      await t.step(name, () => {
        assert(error === null, error ?? "");
        assertEquals(unhandled, [], "unhandled rejections");
      });
    }
    assertEquals(code, 0, stderr);
    assertEquals(lines.length, Object.keys(cases).length);
  });
}
