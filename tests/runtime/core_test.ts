/** The core runs where there is no `Deno`. The tests in `tests/npm/` run it in Node and Bun. */
import { assertEquals } from "@std/assert";
import { runDeno } from "../support/processes/run_deno.ts";
import { testWith } from "../support/permissions.ts";
import { CORE_RESULT } from "./core_result.ts";

testWith(
  "run",
  "Runtimes: the core runs with neither Deno nor process, as in browsers",
  async () => {
    const program = new URL("core_program.ts", import.meta.url).href;
    const { code, stdout, stderr } = await runDeno([
      "eval",
      "--quiet",
      "--config",
      new URL("../../deno.json", import.meta.url).pathname,
      `const { exit } = Deno;
    for (const name of ["Deno", "process", "setImmediate", "Buffer"]) {
      delete globalThis[name];
    }
    await import(${JSON.stringify(program)});
    // Elsewhere than in browsers, an open MessagePort would keep the program alive.
    exit(0);`,
    ]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout), CORE_RESULT);
  },
);
