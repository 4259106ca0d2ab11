import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  emptyReport,
  findRow,
  readReport,
  type Row,
  withRows,
  writeReport,
} from "../../bench/compare/report.ts";
import { toTables } from "../../bench/compare/tables.ts";
import { usageOf } from "../../bench/compare/usage.ts";
import type { Outcome, Result } from "../../bench/compare/work.ts";
import { testWith } from "../support/permissions.ts";

const used = { cpuEach: 2, resident: 2 ** 20 };

function result(rate: number): Result {
  const times = { p50: 5, p99: 9, p999: null };
  return { count: 10, rate, ...times, client: used, server: used };
}

function row(work: string, contestant: string, outcomes: Outcome[]): Row {
  const date = "2026-11-27T12:00";
  return { place: "split", work, contestant, date, load: [1, 2], outcomes };
}

testWith(
  "all",
  "What was measured again takes the place of what was there",
  () => {
    let report = withRows(emptyReport(), [
      row("ping-pong", "a", [result(1)]),
      row("ping-pong", "b", [result(2)]),
    ]);
    const again = row("ping-pong", "a", [result(3), result(4)]);
    report = withRows(report, [again]);
    assertEquals(report.rows.length, 2);
    assertEquals(findRow(report, "split", "ping-pong", "a"), again);
    assertEquals(findRow(report, "same", "ping-pong", "a"), undefined);
  },
);

testWith(
  "all",
  "A report is added to on the machine that it is of, and no other",
  () => {
    const file = Deno.makeTempFileSync();
    try {
      Deno.removeSync(file);
      assertEquals(readReport(file), emptyReport());
      const report = withRows(emptyReport(), [row("ping-pong", "a", [null])]);
      writeReport(file, report);
      assertEquals(readReport(file), report);
      const machine = { ...report.machine, deno: "1.0.0" };
      writeReport(file, { ...report, machine });
      assertThrows(() => readReport(file), Error, "another machine");
    } finally {
      Deno.removeSync(file);
    }
  },
);

testWith(
  "all",
  "A table has medians, what can't be done is empty, and what fails is told",
  () => {
    const report = withRows(emptyReport(), [
      row("256 in flight", "a", [result(1000), result(3000), result(2000)]),
      row("256 in flight", "b", [null, null]),
      row("256 in flight", "c", ["Error: refused"]),
    ]);
    const tables = toTables(report, "split", ["a", "b", "c"]);
    assertStringIncludes(tables, "| a | 2 k/s |");
    assertStringIncludes(tables, "| b |  |");
    assertStringIncludes(tables, "| c | fails |");
    assertStringIncludes(tables, "c, 256 in flight: Error: refused");
    assertStringIncludes(tables, "| a | 4 us | 1 MiB | 1 MiB |");
    // Works that nobody did have no column.
    assertEquals(tables.includes("1000 connections"), false);
    assertEquals(toTables(report, "same", ["a"]), "");
  },
);

testWith(
  "all",
  "Linux tells what a process uses, and whether it has ended",
  () => {
    const { cpu, resident } = usageOf(Deno.pid);
    assertEquals([cpu > 0, resident > 2 ** 20], [true, true]);
    // Larger than any process id.
    assertThrows(() => usageOf(2 ** 30), Deno.errors.NotFound);
  },
);
