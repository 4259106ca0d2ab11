/**
 * A worker that writes into the rings of others without a pause, as another process
 * could. It is given a descriptor, and stops when the last control word is set.
 */
import { FileDescriptor, SharedMemory } from "../../../mod.ts";
import { CONTROL_LEN } from "../../../transports/shared_ring/ring_layout.ts";
import { Prng } from "../../fuzz/prng.ts";
import { scribble } from "./scribble.ts";

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
    scribble(words, prng);
  }
  scope.postMessage("stopped");
};
