import { assert, assertEquals } from "@std/assert";
import { SUITE } from "./bundle_suite.ts";
import type { RuntimeName } from "./npm_project.ts";
import { runIn } from "./programs.ts";

const FEW = ["TCP: "];
const ALL = ["TCP: ", "Unix stream: ", "message port: ", "WebSocket: "];

/**
 * Registers the suite of all transports in some runtimes, a file of tests for those that
 * run one after the other.
 *
 * @param whole Where it runs over all transports; the others have the same sockets.
 */
export function registerSuites(
  names: readonly RuntimeName[],
  whole: RuntimeName,
): void {
  for (const name of names) {
    for (const transport of name === whole ? ALL : FEW) {
      Deno.test(
        `the suite of all transports in ${name}, ${transport}`,
        async () => {
          const { run, failed } = await runIn(name, SUITE, transport) as {
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
}
