/** What `deno task test` makes of Deno's output. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FILE_END_MARK } from "../../tools/dev/file_end_mark.ts";
import { testWith } from "../support/permissions.ts";
import { TestReport } from "../../tools/dev/test_report.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const END = `${FILE_END_MARK}file:///project/tests`;

function report(...lines: string[]): string[] {
  const printed: string[] = [];
  const report = new TestReport((line) => printed.push(line));
  for (const line of lines) report.line(line);
  report.end();
  return printed;
}

Deno.test("a file has one line, when its tests are done", () => {
  const printed = report(
    "./tests/a_test.ts => one ... ok (12ms)",
    "./tests/b_test.ts => another ... ok (1s)",
    "./tests/a_test.ts => two ... ok (597µs)",
    "./tests/a_test.ts => three ... ignored (0ms)",
    "------- post-test output -------",
    `${END}/a_test.ts`,
    "----- post-test output end -----",
    "./tests/b_test.ts => last ... ok (1m2s)",
    "------- post-test output -------",
    `${END}/b_test.ts`,
    "----- post-test output end -----",
    "",
    "ok | 4 passed | 0 failed | 1 ignored (2s)",
  );
  assertEquals(printed, [
    "tests/a_test.ts: 2 passed, 1 ignored (13 ms)",
    "tests/b_test.ts: 2 passed (63000 ms)",
    "",
    "ok | 4 passed | 0 failed | 1 ignored (2s)",
    "Skipped 1 test without a reason",
  ]);
});

Deno.test("what tests print is left out, but before a failure", () => {
  const printed = report(
    "------- output -------",
    "a line",
    "Interop over TCP: 80 cells run, 0 skipped",
    "./tests/a_test.ts => one ...----- output end -----",
    "./tests/a_test.ts => one ... ok (12ms)",
    `${END}/a_test.ts`,
    "------- output -------",
    "noise",
    "./tests/b_test.ts => one ...----- output end -----",
    "./tests/b_test.ts => one ... FAILED (12ms)",
    `${END}/b_test.ts`,
  );
  assertEquals(printed, [
    "Interop over TCP: 80 cells run, 0 skipped",
    "tests/a_test.ts: 1 passed (12 ms)",
    "  a line",
    "  noise",
    "./tests/b_test.ts => one ... FAILED (12ms)",
    "tests/b_test.ts: 0 passed, 1 failed (12 ms)",
  ]);
});

Deno.test("steps are no tests of their own", () => {
  const printed = report(
    "./tests/a_test.ts => steps ... s1 ... ok (5ms)",
    "./tests/a_test.ts => steps ... s2 ... FAILED (6ms)",
    "./tests/a_test.ts => steps ... FAILED (due to 1 failed step) (20ms)",
    `${END}/a_test.ts`,
  );
  assertEquals(printed, [
    "./tests/a_test.ts => steps ... s2 ... FAILED (6ms)",
    "./tests/a_test.ts => steps ... FAILED (due to 1 failed step) (20ms)",
    "tests/a_test.ts: 0 passed, 1 failed (20 ms)",
  ]);
});

Deno.test("everything from the errors on is shown", () => {
  const rest = [
    " ERRORS ",
    "",
    "bad => ./tests/a_test.ts:2:6",
    "./tests/a_test.ts => no result ... ok (1ms)",
    "------- output -------",
    " FAILURES ",
    "",
    "FAILED | 0 passed | 1 failed (10ms)",
  ];
  const printed = report("./tests/a_test.ts => bad ... FAILED (1ms)", ...rest);
  assertEquals(printed, [
    "./tests/a_test.ts => bad ... FAILED (1ms)",
    "tests/a_test.ts: 0 passed, 1 failed (1 ms)",
    "",
    ...rest,
  ]);
});

Deno.test("what isn't known is shown", () => {
  const line = "Warning: something is deprecated";
  assertEquals(report(line), [line]);
});

Deno.test("what was skipped is told at the end, by what it needs", () => {
  const summary = "ok | 1 passed | 0 failed | 4 ignored (2s)";
  const printed = report(
    "./tests/a_test.ts => one [needs chromium] ... ignored (0ms)",
    "./tests/a_test.ts => two [needs openssl] ... ignored (0ms)",
    "./tests/b_test.ts => what it needs [needs chromium] ... ignored (0ms)",
    "./tests/b_test.ts => why? ... ignored (0ms)",
    "./tests/b_test.ts => steps ... a [needs taskset] ... ignored (0ms)",
    "./tests/b_test.ts => steps ... ok (0ms)",
    "",
    summary,
  );
  assertEquals(printed, [
    "tests/a_test.ts: 0 passed, 2 ignored (0 ms)",
    "tests/b_test.ts: 1 passed, 2 ignored (0 ms)",
    "",
    summary,
    "Skipped 2 tests for lack of chromium",
    "Skipped 1 test for lack of openssl",
    "Skipped 1 test without a reason",
    "Skipped 1 test for lack of taskset",
  ]);
});

testWith(
  "all",
  "a run: one line for each file, failures whole, and the exit status",
  async () => {
    using dir = new TempDir();
    const bad = `Deno.test("good", () => {});
Deno.test("bad", () => {
console.log("printed before it fails");
throw new Error("the reason");
});`;
    await Deno.writeTextFile(`${dir.path}/bad_test.ts`, bad);
    await Deno.writeTextFile(
      `${dir.path}/good_test.ts`,
      'Deno.test("x", () => console.log("noise"));',
    );
    const { code, text } = await runTests(dir.path);
    assertEquals(code, 1, text);
    assert(/good_test\.ts: 1 passed \(\d+ ms\)/.test(text), text);
    assert(/bad_test\.ts: 1 passed, 1 failed \(\d+ ms\)/.test(text), text);
    assertStringIncludes(text, "printed before it fails");
    assertStringIncludes(text, "error: Error: the reason");
    assert(/^FAILED \| 2 passed \| 1 failed /m.test(text), text);
    await Deno.remove(`${dir.path}/bad_test.ts`);
    const good = await runTests(dir.path);
    assertEquals(good.code, 0, good.text);
    assert(!good.text.includes("noise"), good.text);
  },
);

async function runTests(
  dir: string,
): Promise<{ code: number; text: string }> {
  const script = new URL("../../tools/dev/test.ts", import.meta.url);
  const config = new URL("../../deno.json", import.meta.url);
  const { code, stdout, stderr } = await runDeno(
    [
      "run",
      "-A",
      `--config=${config.pathname}`,
      script.href,
      "--no-check",
      dir,
    ],
    { env: { NO_COLOR: "1" } },
  );
  return { code, text: stdout + stderr };
}
