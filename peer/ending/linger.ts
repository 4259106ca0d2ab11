import type { Clock } from "../../internal/clock.ts";
import { waitAtMost } from "../../internal/wait_at_most.ts";

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
