/**
 * A process that writes into the memory of another one until it is killed: `PID FD
 * SEED` into rings, `PID FD text` into a frame, whose text changes its length all the
 * time.
 */
import { FileDescriptor, SharedMemory } from "../../../mod.ts";
import { Prng } from "../../fuzz/prng.ts";
import { scribble } from "./scribble.ts";

const [pid, fd, what] = Deno.args;
using memory = SharedMemory.from(
  FileDescriptor.open(`/proc/${pid}/fd/${fd}`, { read: true, write: true }),
  { writable: true },
);
const { bytes } = memory;
console.log("scribbling");
if (what === "text") {
  // The one has three times as many characters as the other, so that a decoder which
  // measures the one and writes the other writes past the end.
  const encoder = new TextEncoder();
  const latin = encoder.encode("AAA".repeat(bytes.length / 3));
  const kana = encoder.encode("あ".repeat(bytes.length / 3));
  for (;;) {
    bytes.set(kana);
    bytes.set(latin);
  }
}
const words = new Int32Array(bytes.buffer);
const prng = new Prng(Number(what));
for (;;) scribble(words, prng);
