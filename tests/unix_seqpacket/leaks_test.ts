/** No descriptor is left, whatever becomes of the messages that they came with. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
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
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["run", "-A", "--no-check", "--quiet", CHILD, about],
        env: QUIET,
      },
    ).output();
    const said = new TextDecoder().decode(stderr);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    for (const line of lines) {
      if (line === "") continue;
      const { name, error, unhandled }: Line = JSON.parse(line);
      await t.step(name, () => {
        assert(error === null, error ?? "");
        assertEquals(unhandled, [], "unhandled rejections");
      });
    }
    assert(success, said);
    assertEquals(lines.length, Object.keys(cases).length);
  });
}
