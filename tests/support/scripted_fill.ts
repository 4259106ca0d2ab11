import { immediate } from "../../internal/event_loop.ts";
import { turns } from "./scripted_turn.ts";
import type { ScriptedPipe } from "./scripted_pipe.ts";

/** How a flood ended. */
export interface Filled {
  /** How often the bytes got in whole. */
  readonly rounds: number;
  /** The write that is stuck, or null when all rounds got in. */
  readonly stuck: Promise<void> | null;
}

/**
 * Writes pieces of bytes until a write makes no progress: in memory, what the other side
 * does with bytes takes no more than `turns` waits for, so a write that outlives them is
 * stuck.
 *
 * @param make Gives the bytes of a round.
 */
export async function fill(
  pipe: ScriptedPipe,
  rounds: number,
  make: (round: number) => Uint8Array,
): Promise<Filled> {
  for (let round = 0; round < rounds; round++) {
    const write = writeAll(pipe, make(round));
    let before = -1;
    let done = false;
    write.then(() => done = true, () => done = true);
    await Promise.resolve();
    while (!done && before !== pipe.taken) {
      before = pipe.taken;
      for (let i = 0; i < 3 && !done; i++) await immediate();
      if (!done) await turns();
    }
    if (!done) return { rounds: round, stuck: write };
    await write;
  }
  return { rounds, stuck: null };
}

/** Writes all of some bytes, however short the writes are. */
export async function writeAll(
  writer: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await writer.write(bytes.subarray(at));
  }
}
