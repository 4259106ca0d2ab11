import { immediate } from "../../../internal/event_loop.ts";

/** Lets the event loop turn until something holds, which what comes over a socket brings about. */
export async function turnsUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await immediate();
}
