/**
 * Run by decoding_child.ts: connects to the path in its argument, hands over memory
 * of a SharedMemory or of a pool, and rewrites it until the connection ends.
 */
import { connect } from "../../endpoints/unix_seqpacket.ts";
import { immediate } from "../../internal/event_loop.ts";
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";

const REWRITES_A_TURN = 50;

const [path, what, size] = Deno.args;
await using peer = await connect(path!);
using pool = new SharedMemoryPool(peer);
using memory = what === "pool"
  ? pool.lend(Number(size))
  : SharedMemory.create(Number(size));
if (memory instanceof SharedMemory) memory.seal();

// The one has three times as many characters as the other, so that a decoder which
// measures the one and writes the other writes past the end.
const encoder = new TextEncoder();
const latin = encoder.encode("AAA".repeat(memory.size / 3));
const kana = encoder.encode("あ".repeat(memory.size / 3));
const { bytes } = memory;
let ended = false;
peer.closed.then(() => ended = true);
await peer.sendStream(1, { data: "", fds: [memory.fd] });
for (let turn = 0; !ended; turn++) {
  for (let i = 0; i < REWRITES_A_TURN; i++) {
    bytes.set(kana);
    bytes.set(latin);
  }
  // Seen between two turns, too: where both processes share a CPU, most looks are.
  if (turn % 2 === 0) bytes.set(kana);
  await immediate();
}
