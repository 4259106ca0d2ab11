import { setImmediate } from "node:timers";

/**
 * Waits for turns of the event loop. What peers do with bytes in memory takes
 * none, so that afterwards they have done all they can.
 */
export async function turns(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
