import { onAbort } from "../internal/abort.ts";
import { systemClock } from "../internal/clock.ts";

/**
 * Waits.
 *
 * @param signal Ends the wait early.
 * @param keepsAlive Whether the wait keeps the program alive.
 */
export function pause(
  ms: number,
  signal: AbortSignal,
  keepsAlive = true,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      forget();
      resolve();
    };
    const stop = systemClock.start(end, ms, keepsAlive);
    const forget = onAbort(signal, end);
  });
}
