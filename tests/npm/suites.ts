/**
 * The suite of all transports in Node and Bun, and the declarations of the packed
 * package with each TypeScript.
 *
 * The suite is bundled with the sources of the library, as its tests reach into what the
 * package doesn't export. That the package itself runs is tested in `package.ts`.
 */
import { assert, assertEquals } from "@std/assert";
import { compile } from "./support/build_with.ts";
import { bundleSuite } from "./support/bundle_suite.ts";
import { RUNTIME_NAMES } from "./support/npm_project.ts";
import { runIn } from "./support/programs.ts";

/** The suite as one program; made once, when the first test asks. */
let suite: Promise<string> | null = null;

for (const name of RUNTIME_NAMES) {
  // The oldest Node stands for the others where sockets are the same.
  const all = name === "Node 22" || name === "Bun";
  const more = ["Unix stream: ", "message port: ", "WebSocket: "];
  for (const transport of ["TCP: ", ...all ? more : []]) {
    Deno.test(
      `the suite of all transports in ${name}, ${transport}`,
      async () => {
        const file = await (suite ??= bundleSuite());
        const { run, failed } = await runIn(name, file, transport) as {
          run: number;
          failed: string[];
        };
        assertEquals(failed, []);
        // Else the tests weren't found.
        assert(run > 350, `Only ${run} tests ran`);
      },
    );
  }
}

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
