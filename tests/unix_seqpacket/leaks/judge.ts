import { sized } from "../../support/suite/long.ts";
import { LeftOpen, openFds } from "./case.ts";

const ROUNDS = sized(1, 3);
const ATTEMPTS = 3;

/** Runs a case some times, of which the first one loads what the runtime keeps. */
async function attempt(once: () => Promise<void>): Promise<void> {
  await once();
  const before = openFds().length;
  for (let i = 0; i < ROUNDS; i++) await once();
  const left = openFds().length - before;
  if (left > 0) throw new LeftOpen(left);
}

/** What is wrong with a case, or null. */
export async function judge(once: () => Promise<void>): Promise<unknown> {
  let error: unknown;
  // The runtime opens some of its own at its own time; a leak comes again.
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      await attempt(once);
      return null;
    } catch (thrown) {
      error = thrown;
      if (!(error instanceof LeftOpen)) break;
    }
  }
  return error;
}

/** What is wrong, as a text. */
export function shown(error: unknown): string | null {
  return error === null ? null : Deno.inspect(error, { colors: false });
}
