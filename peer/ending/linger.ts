import type { Clock } from "../../internal/clock.ts";

/** How long it waits after the last byte came, where the other side may not end by itself; in milliseconds. */
const AFTER_LAST_BYTE = 1000;

/**
 * Waits for the other side's end.
 *
 * @param ended Resolves when it has ended, or nobody waits any more.
 * @param received How many bytes have come; null where it will end by itself, for
 * nothing of this side is open there. Else the wait ends a second after the last
 * byte.
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
    const late = Promise.withResolvers<void>();
    const stop = clock.start(late.resolve, AFTER_LAST_BYTE);
    await Promise.race([end, late.promise]);
    stop();
  }
}
