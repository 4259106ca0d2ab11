/** What `deno task mutate` changes. */
import { assertEquals } from "@std/assert";
import { linesIn } from "../../tools/mutate/coverage_map.ts";
import { testsFor, within } from "../../tools/mutate/mutant.ts";
import type { Mutation } from "../../tools/mutate/mutations.ts";
import { testWith } from "../support/permissions.ts";

const SOURCE = `import type { A } from "./a.ts";
interface Counts {
  readonly open: true;
}
export class Counter extends Base {
  #count = 0;
  constructor() {
    super();
    this.#count = 1;
  }
  get full(): boolean {
    return this.#count >= 2 && !this.closed;
  }
  #add(n: number): void {
    if (n < 0) return;
    this.#count += n;
    for (let i = 0; i !== n; i++) note(i);
  }
}
const close = async () => {
  await end(true);
};
`;

/** Those of the source. What finds them reads the environment as it is imported. */
async function mutationsIn(path: string): Promise<Mutation[]> {
  const { mutationsOf } = await import("../../tools/mutate/mutations.ts");
  return mutationsOf(path, SOURCE);
}

/** The sources that the mutations make, as the lines that differ. */
async function changedLines(): Promise<string[]> {
  return (await mutationsIn("counter.ts")).map((mutation) => {
    const { start, end, replacement, line } = mutation;
    const changed = SOURCE.slice(0, start) + replacement + SOURCE.slice(end);
    return changed.split("\n")[line - 1]!.trim();
  });
}

testWith(
  "all",
  "Comparisons, conditions, calls, assignments, counters and booleans are changed, and no types",
  async () => {
    assertEquals(await changedLines(), [
      ";",
      "return this.#count >= 2 || !this.closed;",
      "return this.#count > 2 && !this.closed;",
      "if (!(n < 0)) return;",
      "if (n <= 0) return;",
      "this.#count -= n;",
      "for (let i = 0; i === n; i++) note(i);",
      "for (let i = 0; i !== n; i--) note(i);",
      "for (let i = 0; i !== n; i++) ;",
      ";",
      "await end(false);",
    ]);
  },
);

testWith(
  "all",
  "A mutation is tried by the tests that run its line, those of its folder and the quickest first",
  async () => {
    const path = "peer/calls/counter.ts";
    const [inConstructor, inFull] = await mutationsIn(path);
    const coverage = [
      { test: "tests/calls/a.ts", time: 300, lines: { [path]: [9, 12] } },
      { test: "tests/streams/b.ts", time: 200, lines: { [path]: [9] } },
      { test: "tests/streams/c.ts", time: 100, lines: { [path]: [9] } },
      { test: "tests/calls/d.ts", time: 50, lines: { "other.ts": [9, 12] } },
    ];
    const tests = (mutation: typeof inFull): string[] =>
      testsFor(mutation!, coverage).map(({ test }) => test.slice(-4, -3));
    assertEquals(tests(inConstructor), ["a", "c", "b"]);
    // The line before counts too: another test may run a part of this one.
    assertEquals(tests(inFull), ["a", "c", "b"]);
  },
);

Deno.test("As many tests run as fit into the time, one at least", () => {
  const tests = [100, 200, 300].map((time) => ({ test: "", time, lines: {} }));
  assertEquals(within(300, tests), tests.slice(0, 2));
  assertEquals(within(299, tests), tests.slice(0, 1));
  assertEquals(within(50, tests), tests.slice(0, 1));
});

Deno.test("A report in the format of lcov tells the lines that were run", () => {
  const report = "SF:/a/b.ts\nFN:1,f\nDA:1,2\nDA:2,0\nDA:10,1\n" +
    "end_of_record\nSF:/a/c/d.ts\nDA:7,1\nend_of_record\n";
  assertEquals(linesIn("/a", report), { "b.ts": [1, 10], "c/d.ts": [7] });
});
