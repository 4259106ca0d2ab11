/** What `deno task mutate` changes. */
import { assertEquals } from "@std/assert";
import { testsFor } from "../../tools/mutate/mutant.ts";
import { mutationsOf } from "../../tools/mutate/mutations.ts";

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

/** The sources that the mutations make, as the lines that differ. */
function changedLines(): string[] {
  return mutationsOf("counter.ts", SOURCE).map((mutation) => {
    const { start, end, replacement, line } = mutation;
    const changed = SOURCE.slice(0, start) + replacement + SOURCE.slice(end);
    return changed.split("\n")[line - 1]!.trim();
  });
}

Deno.test("Comparisons, conditions, calls, assignments, counters and booleans are changed, and no types", () => {
  assertEquals(changedLines(), [
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
});

Deno.test("A mutation is tried by the tests that call its function, the quickest first", () => {
  const [inConstructor, inFull] = mutationsOf("counter.ts", SOURCE);
  const coverage = [
    { test: "a", time: 300, called: { "counter.ts": ["Counter", "get full"] } },
    { test: "b", time: 200, called: { "counter.ts": ["Counter"] } },
    { test: "c", time: 100, called: { "other.ts": ["Counter", "get full"] } },
  ];
  const tests = (mutation: typeof inFull): string[] =>
    testsFor(mutation!, coverage).map(({ test }) => test);
  assertEquals(tests(inConstructor), ["b", "a"]);
  assertEquals(tests(inFull), ["a"]);
});
