import fc from "npm:fast-check@4.11.0";
import { schedules } from "./arbitrary.ts";
import { type LinkMaker, type Played, runSchedule } from "./run_schedule.ts";
import { formatSchedule, type Schedule } from "./schedule.ts";

/** What `check` is to do. */
export interface CheckOptions {
  readonly seed: number;
  readonly runs: number;
  /** How many steps a schedule has at most. Default: 60. */
  readonly maxSteps?: number;
  /** What is between the two sides. Default: bytes in memory. */
  readonly makeLink?: LinkMaker | undefined;
  /** Whether to stop: what is left passes then. */
  readonly isOver?: () => boolean;
  /** Called when a schedule begins. */
  readonly onStart?: (schedule: Schedule) => void;
  /** Called when a schedule has passed. */
  readonly onPassed?: (played: Played) => void;
}

/** A schedule that fails, as small as it gets. */
export interface Found {
  readonly schedule: Schedule;
  readonly error: Error;
}

/** Runs random schedules; null if all pass. */
export async function check(
  {
    seed,
    runs,
    maxSteps = 60,
    makeLink,
    isOver = () => false,
    onStart = () => {},
    onPassed = () => {},
  }: CheckOptions,
): Promise<Found | null> {
  const property = fc.asyncProperty(schedules(maxSteps), async (schedule) => {
    if (isOver()) return;
    onStart(schedule);
    onPassed(await runSchedule(schedule, makeLink));
  });
  const details = await fc.check(property, { seed, numRuns: runs });
  if (!details.failed) return null;
  const schedule = details.counterexample![0];
  const text = formatSchedule(schedule);
  const cause = details.errorInstance;
  const error = new Error(`Seed ${seed}: ${cause}\n${text}`, { cause });
  return { schedule, error };
}
