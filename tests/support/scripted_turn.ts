import { tick } from "../../internal/event_loop.ts";
import { eventLoopTurns } from "./event_loop_turns.ts";

/**
 * Waits for turns of the event loop, and for the sleep of the budget of turns, if one has
 * begun: now and then, what is read in a row is followed by one. What peers do with bytes
 * in memory takes no others, so that afterwards they have done all they can.
 */
export async function turns(count = 1): Promise<void> {
  await eventLoopTurns(count);
  // Timers of the same length end in the order in which they were set.
  await tick();
}
