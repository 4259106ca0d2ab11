/** Programs that close a peer whose other side never ends: whether they end by themselves. */
import { assertEquals } from "@std/assert";
import { runProgram } from "../support/processes/run_program.ts";
import { testWith } from "../support/permissions.ts";

const CHILD = new URL("./lingering_child.ts", import.meta.url).href;
/** Far longer than a test may take, so that a program which waits for it is seen to hang. */
const LONG = "600000";
const SHORT = "200";

const run = (...args: string[]): Promise<[number, string]> =>
  runProgram(CHILD, ...args);

/** Where the other side reads, and never ends. */
const PLACES: Record<
  string,
  (fn: (...port: string[]) => Promise<void>) => Promise<void>
> = {
  "TCP": async (fn) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const reading = accepted.then(async (conn) => {
      const into = new Uint8Array(1000);
      // Its end, or a reset.
      while (await conn.read(into).catch(() => null) !== null);
    });
    await fn(`${(listener.addr as Deno.NetAddr).port}`);
    await reading;
    (await accepted).close();
  },
  "streams without I/O": (fn) => fn(),
};

for (const [place, open] of Object.entries(PLACES)) {
  for (const how of ["released", "not awaited", "with a call, not awaited"]) {
    testWith(
      "run",
      `A program doesn't wait for the other side's end where it doesn't ask for it: ${how} (${place})`,
      () =>
        open(async (...port) => {
          const ended = await run(how, LONG, ...port);
          assertEquals(ended, [0, "end of program\n"]);
        }),
    );
  }

  for (
    const [how, output] of [
      ["close awaited", "closed\nend of program\n"],
      ["using", "end of program\n"],
      ["closed awaited", "closed\nend of program\n"],
    ] as const
  ) {
    testWith(
      "run",
      `A program that waits for the end gets it after closeTimeout: ${how} (${place})`,
      () =>
        open(async (...port) => {
          assertEquals(await run(how, SHORT, ...port), [0, output]);
        }),
    );
  }

  testWith(
    "run",
    `A program that has waited for the end before gets it after closeTimeout (${place})`,
    () =>
      open(async (...port) => {
        const how = "closed awaited before";
        const ended = await run(how, SHORT, ...port);
        assertEquals(ended, [0, "closed\nend of program\n"]);
      }),
  );
}
