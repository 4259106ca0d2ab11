import { immediate } from "../../internal/event_loop.ts";

/** Waits for so many turns of the event loop. */
export async function eventLoopTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await immediate();
}
