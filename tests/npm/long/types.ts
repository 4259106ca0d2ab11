/**
 * That the declarations of the packed package compile for its users. `deno task
 * test:npm` runs it; `deno task ok` has one of the four.
 */
import { assertEquals } from "@std/assert";
import { compile } from "../support/build_with.ts";
import { npmTest } from "../support/test_with_npm.ts";

for (const version of [5, 6]) {
  for (const resolution of ["nodenext", "bundler"] as const) {
    npmTest(
      `its types compile with TypeScript ${version}, ${resolution}`,
      async () => {
        assertEquals(await compile(version, resolution), "");
      },
    );
  }
}
