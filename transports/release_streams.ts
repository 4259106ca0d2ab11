import { tick } from "../internal/event_loop.ts";

/** Turns of the event loop that streams get to end in, before they are left to themselves. */
const TURNS = 20;

/**
 * Gives up a pair of streams and releases what is behind them. A stream that is
 * stuck in a write can't be waited for: it ends when what is behind it does.
 */
export async function releaseStreams(
  reader: { cancel(): Promise<void> },
  writer: { abort(): Promise<void> },
  close?: () => void | Promise<void>,
): Promise<void> {
  let ended = false;
  // They may have failed already, which the peer knows from its reads and writes.
  Promise.allSettled([reader.cancel(), writer.abort()]).then(() => {
    ended = true;
  });
  await close?.();
  for (let i = 0; i < TURNS && !ended; i++) await tick();
}
