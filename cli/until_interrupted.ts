import { onAbort } from "../internal/abort.ts";
import { systemClock } from "../internal/clock.ts";

/** How long a command may take to end once it is interrupted, in milliseconds. */
const GRACE = 2000;

/**
 * Gives what a command gives. When the signal fires, the command has a moment to end in
 * good order; one that can't be ended, such as one that opens a pipe on which nobody
 * writes, is left to itself then, and the reason of the signal is thrown.
 */
export async function untilInterrupted<T>(
  command: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  let stop = (): void => {};
  const onSignal = (): void => {
    stop = systemClock.start(() => reject(signal.reason), GRACE, true);
  };
  const forget = signal.aborted ? onSignal() : onAbort(signal, onSignal);
  try {
    return await Promise.race([command, over]);
  } finally {
    stop();
    forget?.();
  }
}
