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
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (!keepsAlive) Deno.unrefTimer(timer);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
