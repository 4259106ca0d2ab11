/**
 * A worker that writes into the rings of others without a pause, as another process
 * could. It is given a descriptor, and stops when the last control word is set.
 */
import { FileDescriptor, SharedMemory } from "../../../mod.ts";
import { CONTROL_LEN } from "../../../transports/shared_ring/ring_layout.ts";
import { Prng } from "../../fuzz/prng.ts";

const LAST_WORD = CONTROL_LEN / 4 - 1;

/** The part of a worker's scope that is used; the types are those of a page. */
const scope = self as unknown as {
  onmessage(event: MessageEvent): void;
  postMessage(message: string): void;
};

scope.onmessage = ({ data: { fd, seed } }: MessageEvent) => {
  using memory = SharedMemory.from(new FileDescriptor(fd), { writable: true });
  const words = new Int32Array(memory.bytes.buffer);
  const prng = new Prng(seed);
  scope.postMessage("scribbling");
  while (Atomics.load(words, LAST_WORD) === 0) {
    for (let i = 0; i < 256; i++) {
      // Heads that could be real ones for the most part: lengths, and types.
      const word = CONTROL_LEN / 4 + 4 * prng.int(0, 255) + prng.int(0, 3);
      words[word] = prng.oneIn(50) ? prng.uint32() : prng.int(0, 60);
    }
  }
  scope.postMessage("stopped");
};
