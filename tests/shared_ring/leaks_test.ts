/** No descriptor is left, whatever becomes of connections and messages. */
import { assert } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";

/** What the child says of one case. */
interface Line {
  readonly name: string;
  readonly error: string | null;
}

testWith(
  "all",
  "no descriptor of a connection over rings is left",
  async (t) => {
    const lines = await runChild<Line>(
      new URL("./support/leaks_child.ts", import.meta.url),
    );
    assert(lines.length > 30, `${lines.length} cases`);
    for (const { name, error } of lines) {
      await t.step(name, () => assert(error === null, error ?? ""));
    }
  },
);
