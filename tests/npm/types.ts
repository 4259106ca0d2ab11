/** The declarations of the packed package with each TypeScript. */
import { assertEquals } from "@std/assert";
import { compile } from "./support/build_with.ts";

for (const version of [5, 6]) {
  for (const resolution of ["nodenext", "bundler"] as const) {
    Deno.test(
      `its types compile with TypeScript ${version}, ${resolution}`,
      async () => {
        assertEquals(await compile(version, resolution), "");
      },
    );
  }
}
