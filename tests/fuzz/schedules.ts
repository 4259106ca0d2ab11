import { tick } from "../../internal/event_loop.ts";
import { check, type Found } from "../model/check.ts";
import { runSchedule } from "../model/run_schedule.ts";
import {
  formatSchedule,
  parseSchedule,
  type Schedule,
} from "../model/schedule.ts";
import type { FuzzReport } from "./report.ts";

/** So many schedules run at a time: most of the time each of them waits for a timer. */
const LANES = 8;

/** So many schedules are made of one seed. */
const RUNS = 500;

/** Runs random schedules until the report is over. */
export async function fuzzSchedules(
  { seed, report }: { readonly seed: number; readonly report: FuzzReport },
): Promise<void> {
  let next = seed;
  /** What each lane is running. */
  const current = new Map<number, Schedule>();
  const onUnhandled = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    report.fail(`Unhandled rejection: ${event.reason}, in one of these:`);
    for (const schedule of current.values()) tell(report, schedule);
  };
  globalThis.addEventListener("unhandledrejection", onUnhandled);
  const lane = async (index: number): Promise<void> => {
    while (!report.over) {
      const found = await check({
        seed: next++,
        runs: RUNS,
        isOver: () => report.over,
        onStart: (schedule) => current.set(index, schedule),
        onPassed: ({ messages, endings }) => {
          report.count("schedules");
          report.count("messages", messages);
          for (const [ending, n] of endings) report.count(ending, n);
        },
      });
      if (found !== null && !report.failed) tellFound(report, found);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  await tick();
  globalThis.removeEventListener("unhandledrejection", onUnhandled);
}

function tellFound(report: FuzzReport, { schedule, error }: Found): void {
  report.fail(`${error}`);
  tell(report, schedule);
}

/** Writes a schedule to a file, and tells how to play it again. */
function tell(report: FuzzReport, schedule: Schedule): void {
  const file = Deno.makeTempFileSync({ prefix: "schedule_", suffix: ".txt" });
  Deno.writeTextFileSync(file, `${formatSchedule(schedule)}\n`);
  report.fail(`  deno task fuzz --replay ${file}`);
}

/** Plays a schedule again; 1 if it fails. */
export async function replay(text: string): Promise<number> {
  const schedule = parseSchedule(text);
  console.log(formatSchedule(schedule));
  try {
    const { messages, endings } = await runSchedule(schedule);
    console.log(`passed, with ${messages} messages`, endings);
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  }
}
