import type { Clock } from "../../internal/clock.ts";
import { tick } from "../../internal/event_loop.ts";

/** What is waited for. */
export interface Input {
  /** Whether nothing more will come, or nobody waits for it any more. */
  isOver(): boolean;
  /** How many bytes have come. */
  received(): number;
}

/** The longest wait, whatever comes, in milliseconds. */
const LONGEST = 1000;

/**
 * Waits until nothing more will come, or no byte has come for so many turns of
 * the event loop; but not longer than a second.
 */
export async function untilQuiet(
  clock: Clock,
  turns: number,
  input: Input,
): Promise<void> {
  let late = false;
  const stop = clock.start(() => late = true, LONGEST);
  for (let before = -1; !late && !input.isOver();) {
    if (input.received() === before) break;
    before = input.received();
    for (let i = 0; i < turns && !input.isOver(); i++) await tick();
  }
  stop();
}
