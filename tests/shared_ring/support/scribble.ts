import { CONTROL_LEN } from "../../../transports/shared_ring/ring_layout.ts";
import type { Prng } from "../../fuzz/prng.ts";

/** Writes into the first ring of a memory: heads that could be real ones for the most part. */
export function scribble(words: Int32Array<ArrayBuffer>, prng: Prng): void {
  for (let i = 0; i < 256; i++) {
    // Lengths, and types.
    const word = CONTROL_LEN / 4 + 4 * prng.int(0, 255) + prng.int(0, 3);
    words[word] = prng.oneIn(50) ? prng.uint32() : prng.int(0, 60);
  }
}
