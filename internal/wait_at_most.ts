import type { Clock } from "./clock.ts";

/** Waits for a promise, for at most `ms` milliseconds. */
export async function waitAtMost(
  clock: Clock,
  ms: number,
  promise: Promise<unknown>,
): Promise<void> {
  const late = Promise.withResolvers<void>();
  const stop = clock.start(late.resolve, ms);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    stop();
  }
}
