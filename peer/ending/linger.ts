import type { Clock } from "../../internal/clock.ts";
import { waitAtMost } from "../../internal/promises.ts";
import { tick } from "../../internal/event_loop.ts";

/**
 * A period without a byte ends a linger, where the other side may not end by
 * itself. The last byte may have come at the beginning of the one before: so it
 * ends a second after it at most.
 */
const PERIOD = 500;

/**
 * Waits for the other side's end.
 *
 * @param ended Resolves when it has ended, or nobody waits any more.
 * @param received How many bytes have come; null where it will end by itself, for
 * nothing of this side is open there. Else the wait ends a second after the last
 * byte at most, and half a second after it at least.
 */
export async function linger(
  clock: Clock,
  ended: Promise<void>,
  received: (() => number) | null,
): Promise<void> {
  if (received === null) return await ended;
  let over = false;
  const end = ended.then(() => {
    over = true;
  });
  for (let before = -1; !over && received() !== before;) {
    before = received();
    await waitAtMost(clock, PERIOD, end);
  }
}

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
