import { tick } from "../internal/event_loop.ts";

/** How many turns of the event loop to wait for the streams to end. */
const TURNS = 20;

/**
 * Gives up a pair of streams and releases what is behind them. It doesn't wait for
 * a stream that is stuck in a write, which ends only when what is behind it ends.
 */
export async function releaseStreams(
  reader: { cancel(): Promise<void> },
  writer: { abort(): Promise<void> },
  close?: () => void | Promise<void>,
): Promise<void> {
  let ended = false;
  // Errors are ignored: the peer has seen them in its reads and writes.
  Promise.allSettled([reader.cancel(), writer.abort()]).then(() => {
    ended = true;
  });
  await close?.();
  for (let i = 0; i < TURNS && !ended; i++) await tick();
}
